import type { Load } from '../events/events.ts';
import { comparedLatencies } from '../metrics/blockTally.ts';
import { type LevelPrecision, precisionOfSummary } from '../metrics/levelPrecision.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import { repeatOf } from '../metrics/repeatSpread.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import { type ComparedFigure, moreIsBetter } from './comparedFigure.ts';
import { compareFigure, type FigureContrast, whyNoVerdict } from './compareFigure.ts';
import { holm } from './holm.ts';
import { matchLevels, type PromptOption } from './matchLevels.ts';

/** A run as far as comparing goes. */
export interface ComparedRun {
  readonly summary: RunSummary;
  /** By the number of the level; levels of earlier runs are not in it. */
  readonly precision: ReadonlyMap<number, LevelPrecision>;
}

/** `noDifference`: none is shown, which does not say that there is none. `unknown`: the log cannot tell. */
export type FigureVerdict = 'better' | 'worse' | 'noDifference' | 'unknown';

/** One figure of one level of two runs. */
export interface FigureComparison extends FigureContrast {
  readonly verdict: FigureVerdict;
  /** `pValue`, corrected for the number of verdicts. */
  readonly adjustedPValue?: number;
}

/** Which repeat of its sweep a level is in either run, from 1; a sweep that is not repeated is a first one. */
export type Repeats = readonly [before: number, after: number];

/** One level of two runs, the same load under the same prompts. */
export interface LevelComparison {
  readonly load: Load;
  readonly clients: number;
  readonly promptLength: number;
  readonly maxNewTokens: number;
  readonly streaming: boolean;
  /** Its number in either run. */
  readonly levels: readonly [before: number, after: number];
  /** Absent where neither run is repeated. */
  readonly repeats?: Repeats;
  /** Blocks of event time that were drawn from, in either run. */
  readonly blocks: readonly [before: number, after: number];
  readonly figures: readonly FigureComparison[];
  /** Why there is no verdict on any figure, in words. */
  readonly reason?: string;
}

/** All levels of two runs. */
export interface RunComparison {
  readonly levels: readonly LevelComparison[];
  /** Levels that the other run does not have. */
  readonly unmatched: { readonly before: readonly LevelSummary[]; readonly after: readonly LevelSummary[] };
}

/** A verdict is given where the corrected p value is not above this. */
export const significance = 0.05;

/**
 * Compares each run after the first with the first. Verdicts are corrected for the number of all tests of the comparison
 * ({@link holm}): where nothing differs, the chance of even one wrong verdict is at most 5 %.
 *
 * @param shares of the percentiles that the levels have, ascending
 * @param promptOptions in which levels must agree
 */
export function compareRuns(
  runs: readonly ComparedRun[],
  shares: readonly number[],
  promptOptions: readonly PromptOption[],
): readonly RunComparison[] {
  const [first, ...others] = runs;
  if (first === undefined) return [];
  const contrasts = others.map((other) => contrastRuns(first, other, shares, promptOptions));
  const tests = contrasts.flatMap(({ levels }) => levels.flatMap(({ figures }) => figures)).filter(isTest);
  const adjusted = holm(tests.map(({ pValue }) => pValue));
  const byContrast = new Map<FigureContrast, number>(tests.map((test, index) => [test, adjusted[index] as number]));
  return contrasts.map(({ levels, unmatched }) => ({
    unmatched,
    levels: levels.map(({ figures, ...level }) => ({
      ...level,
      figures: figures.map((figure) => withVerdict(figure, byContrast.get(figure))),
    })),
  }));
}

function isTest(contrast: FigureContrast): contrast is FigureContrast & { readonly pValue: number } {
  return contrast.pValue !== undefined;
}

function withVerdict(contrast: FigureContrast, adjustedPValue: number | undefined): FigureComparison {
  if (contrast.reason !== undefined) return { ...contrast, verdict: 'unknown' };
  if (adjustedPValue === undefined) return { ...contrast, verdict: 'noDifference' };
  const isShown = adjustedPValue <= significance;
  const isMore = contrast.difference > 0;
  const verdict = !isShown ? 'noDifference' : isMore === moreIsBetter(contrast.figure) ? 'better' : 'worse';
  return { ...contrast, adjustedPValue, verdict };
}

interface RunContrast {
  readonly levels: readonly (Omit<LevelComparison, 'figures'> & { readonly figures: readonly FigureContrast[] })[];
  readonly unmatched: RunComparison['unmatched'];
}

function contrastRuns(
  first: ComparedRun,
  other: ComparedRun,
  shares: readonly number[],
  promptOptions: readonly PromptOption[],
): RunContrast {
  const { pairs, unmatched } = matchLevels(first.summary, other.summary, promptOptions);
  const figures = comparedFigures(shares);
  const precisionOf = ({ precision }: ComparedRun, summary: LevelSummary): LevelPrecision =>
    precision.get(summary.level) ?? precisionOfSummary(summary, shares);
  const levels = pairs.map(([before, after]) => {
    const both = [precisionOf(first, before), precisionOf(other, after)] as const;
    const { load, clients, promptLength, maxNewTokens, streaming } = before;
    const reason = whyNoVerdict(both);
    const repeats = [repeatOf(first.summary, before), repeatOf(other.summary, after)] as const;
    return {
      load,
      clients,
      promptLength,
      maxNewTokens,
      streaming,
      levels: [before.level, after.level] as const,
      ...(repeats.every((repeat) => repeat === undefined)
        ? {}
        : { repeats: [repeats[0] ?? 1, repeats[1] ?? 1] as const }),
      blocks: [both[0].blocks, both[1].blocks] as const,
      figures: figures.flatMap((figure) => compareFigure(figure, both, shares) ?? []),
      ...(reason === undefined ? {} : { reason }),
    };
  });
  return { levels, unmatched };
}

function comparedFigures(shares: readonly number[]): readonly ComparedFigure[] {
  const statistics: readonly ('mean' | number)[] = ['mean', ...shares];
  return [
    { kind: 'single', name: 'requests_per_s' },
    { kind: 'single', name: 'output_tokens_per_s' },
    ...comparedLatencies.flatMap((figure) =>
      statistics.map((statistic): ComparedFigure => ({ kind: 'latency', figure, statistic })),
    ),
    { kind: 'single', name: 'error_ratio' },
  ];
}
