import { type ComparedFigure, nameOf } from '../criteria/comparedFigure.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import { type ComparedReport, differingFacts, letterOf } from './comparedReport.ts';
import { verdictWord } from './comparisonWords.ts';

/** The shape of `compare --format json`. What cannot be told is absent. Its parts are those that the text shows. */
export function comparisonJson(report: ComparedReport) {
  const { runs, comparisons, regressions } = report;
  return {
    schemaVersion: 1,
    runs: runs.map(({ place, started, damage }, index) => ({
      name: letterOf(index),
      runId: started.runId,
      startedAt: started.startedAt,
      api: started.api,
      model: started.model,
      place,
      ...(damage === undefined ? {} : { damage }),
    })),
    differing: differingFacts(runs).map(({ name, values }) => ({
      name,
      values: Object.fromEntries(values.map((value, index) => [letterOf(index), value])),
    })),
    comparisons: comparisons.map(({ levels, unmatched }, index) => ({
      before: letterOf(0),
      after: letterOf(index + 1),
      levels: levels.map(({ figures, ...level }) => ({
        ...level,
        figures: figures.map(({ figure, verdict: _, ...rest }, at) => ({
          figure: nameOf(figure),
          unit: unitOf(figure),
          ...rest,
          verdict: verdictWord(figures[at] as (typeof figures)[number]),
        })),
      })),
      unmatched: { before: unmatched.before.map(levelNumber), after: unmatched.after.map(levelNumber) },
      regressions: (regressions[index] ?? []).map(({ regression, ...verdict }) => ({
        failIf: regression.text,
        ...verdict,
      })),
    })),
  };
}

function levelNumber({ level, clients }: LevelSummary): { readonly level: number; readonly clients: number } {
  return { level, clients };
}

function unitOf(figure: ComparedFigure): string {
  if (figure.kind === 'latency') return 'ms';
  return { requests_per_s: 'requests/s', output_tokens_per_s: 'tokens/s', error_ratio: 'share' }[figure.name];
}
