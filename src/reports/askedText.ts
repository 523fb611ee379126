import type { Objective, ObjectiveVerdict } from '../criteria/objective.ts';
import {
  formatCount,
  formatDuration,
  formatLoad,
  formatLoads,
  formatNumber,
  formatPercent,
  loadHead,
  trimZeros,
} from './quantities.ts';
import { maxLoadUnderObjectives, type ReportedRun, reportedSweeps } from './reportedRun.ts';
import { renderGrid } from './textGrid.ts';
import { paint, type TextStyle, wrapText } from './textStyle.ts';

const figureNames = { queueMs: 'queue', ttftMs: 'TTFT', tpotMs: 'TPOT', itlMs: 'ITL', e2eMs: 'e2e' } as const;

/** What a report was asked for beside the summary: percentiles, objectives and goodput, a row for each level. */
export function renderAsked(run: ReportedRun, style: TextStyle): readonly string[] {
  return [...renderPercentiles(run, style), ...renderObjectives(run, style)];
}

function renderPercentiles(run: ReportedRun, style: TextStyle): readonly string[] {
  if (run.percentiles.length === 0) return [];
  const figures = (['ttftMs', 'tpotMs', 'itlMs', 'e2eMs'] as const).filter((figure) =>
    [...run.details.values()].some(({ spreads }) => spreads[figure] !== undefined),
  );
  return figures.flatMap((figure) => {
    const head = [loadHead(run.summary.levels), ...run.percentiles.map(percentileName), 'requests'];
    const rows = run.summary.levels.flatMap(({ level, load, [figure]: { count } }) => {
      const spread = run.details.get(level)?.spreads[figure];
      if (spread === undefined) return [];
      const values = run.percentiles.map((_, index) => formatDuration(spread.percentiles[index]));
      return [[formatLoad(load), ...values, formatCount(count)]];
    });
    const last = figure === 'itlMs' ? 'gaps' : 'requests';
    return [
      '',
      paint(`  ${figureNames[figure]}`, 'strong', style),
      ...renderGrid([[...head.slice(0, -1), last], ...rows]),
    ];
  });
}

function renderObjectives(run: ReportedRun, style: TextStyle): readonly string[] {
  if (run.objectives.length === 0) return [];
  const hasGoodput = [...run.details.values()].some(({ goodputPerSec }) => goodputPerSec !== undefined);
  return reportedSweeps([run]).flatMap(({ levels, label }) => {
    const head = [
      loadHead(levels),
      ...run.objectives.map(({ text }) => text),
      ...(hasGoodput ? ['goodput req/s'] : []),
    ];
    const rows = levels.flatMap(({ level, load }) => {
      const verdicts = run.verdicts.get(level);
      if (verdicts === undefined) return [];
      const goodput = hasGoodput ? [formatNumber(run.details.get(level)?.goodputPerSec)] : [];
      return [[formatLoad(load), ...verdicts.map(verdictWords), ...goodput]];
    });
    const unknown = levels.flatMap(({ level, load }) =>
      (run.verdicts.get(level) ?? []).flatMap(({ reason, objective }) =>
        reason === undefined ? [] : [`${formatLoads(load)}, ${objective.text}: ${reason}`],
      ),
    );
    return [
      '',
      paint(`  Objectives${label === '' ? '' : `, ${label}`}`, 'strong', style),
      ...renderGrid([head, ...rows]),
      ...unknown.flatMap((text) =>
        wrapText(text, style.columns - 6).map((line) => `    ${paint(line, 'faint', style)}`),
      ),
      `  ${maxLoadWords(run, levels)}`,
    ];
  });
}

/** The answer to "how much load does it bear under these objectives". */
export function maxLoadWords(run: ReportedRun, levels: Parameters<typeof maxLoadUnderObjectives>[1]): string {
  const most = maxLoadUnderObjectives(run, levels);
  return most === undefined
    ? 'No load is known to keep the objectives.'
    : `Largest load that keeps the objectives: ${formatLoads(most)}.`;
}

/** `p99.9` of a share. */
export function percentileName(share: number): string {
  return `p${trimZeros((share * 100).toFixed(4))}`;
}

/** The value, and whether it is met, missed or unknown. */
export function verdictWords({ status, value, objective }: ObjectiveVerdict): string {
  return value === undefined ? status : `${objectiveValue(value, objective)} ${status}`;
}

function objectiveValue(value: number, { subject }: Objective): string {
  if (subject.kind === 'latency') return formatDuration(value);
  return subject.name === 'error_ratio' ? formatPercent(value) : formatNumber(value);
}
