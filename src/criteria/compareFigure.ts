import type { Estimate, LevelPrecision } from '../metrics/levelPrecision.ts';
import { studentQuantile, studentTwoSided } from '../metrics/student.ts';
import { type ComparedFigure, estimateOf, isShare } from './comparedFigure.ts';
import { generatorLimited, samplesNeeded } from './objective.ts';

/** One figure of one level of two runs, before its verdict. */
export interface FigureContrast {
  readonly figure: ComparedFigure;
  readonly before: number;
  readonly after: number;
  /** after - before, in the unit of the figure. */
  readonly difference: number;
  /** after / before; absent where there is nothing to divide by, and for a share of failures. */
  readonly ratio?: number;
  /** 95 % interval of the ratio; of the difference, for a share of failures. Absent where it cannot be told. */
  readonly interval?: readonly [from: number, to: number];
  /** The chance of a difference as large, to either side, were there none. Absent where there was nothing to test. */
  readonly pValue?: number;
  /** Why nothing can be told, in words. */
  readonly reason?: string;
}

const confidence = 0.95;

/**
 * Compares a figure of two independent runs: `ln(after / before)` (the difference, for a share of failures) over its
 * standard error, `e = sqrt(eA^2 + eB^2)`, against Student's t with `min(nA, nB) - 1` degrees of freedom, n blocks each:
 * the cautious choice for Welch's test, since neighbouring blocks still have something to do with each other. The interval
 * is `ratio * exp(± t e)`.
 *
 * @returns `undefined` where neither run, or only one of them, has the figure
 */
export function compareFigure(
  figure: ComparedFigure,
  levels: readonly [before: LevelPrecision, after: LevelPrecision],
  shares: readonly number[],
): FigureContrast | undefined {
  const [before, after] = levels.map((level) => estimateOf(figure, level, shares));
  if (before === undefined || after === undefined) return undefined;
  const values = { figure, before: before.value, after: after.value, difference: after.value - before.value };
  const asShare = isShare(figure);
  const ratio = asShare || before.value <= 0 ? {} : { ratio: after.value / before.value };
  const told = { ...values, ...ratio };
  const reason = whyUnknown(figure, levels);
  if (reason !== undefined) return { ...told, reason };
  if (asShare && before.value === 0 && after.value === 0) return told; // nothing failed, so there is nothing to test
  const test = welch(before, after, levels, asShare);
  if (test === undefined) return { ...told, reason: 'too few values in a block' };
  const { effect, half, pValue } = test;
  const at = asShare ? (value: number) => value : Math.exp;
  return { ...told, interval: [at(effect - half), at(effect + half)], pValue };
}

/** Why a level of a pair can have no verdict at all, in words; `undefined` where it can. */
export function whyNoVerdict(levels: readonly LevelPrecision[]): string | undefined {
  if (levels.some(({ summary }) => summary.generator.verdict === 'clientLimited')) {
    return generatorLimited;
  }
  const ended = levels.find(({ summary }) => summary.status === 'failed' || summary.status === 'interrupted');
  if (ended !== undefined) return `the level was ${ended.summary.status}`;
  if (levels.some(({ summary }) => summary.status === 'skipped')) return 'its events are in the log of an earlier run';
  const needed = Math.max(...levels.map(({ neededSeconds = 0 }) => neededSeconds));
  if (needed > 0) return `too short: ${Math.ceil(needed)} s of steady window are needed`;
  return levels.some(({ blocks }) => blocks === 0) ? 'nothing was measured over time' : undefined;
}

function whyUnknown(figure: ComparedFigure, levels: readonly LevelPrecision[]): string | undefined {
  const reason = whyNoVerdict(levels);
  if (reason !== undefined || figure.kind !== 'latency' || typeof figure.statistic !== 'number') return reason;
  const needed = samplesNeeded(figure.statistic);
  const count = Math.min(...levels.map(({ summary }) => summary[figure.figure].count));
  return count < needed ? `${count} requests, needed are ${needed}` : undefined;
}

interface WelchTest {
  readonly effect: number;
  /** Half the width of the interval. */
  readonly half: number;
  readonly pValue: number;
}

function welch(
  before: Estimate,
  after: Estimate,
  [first, second]: readonly [LevelPrecision, LevelPrecision],
  asShare: boolean,
): WelchTest | undefined {
  if (before.error === undefined || after.error === undefined) return undefined;
  const effect = asShare ? after.value - before.value : Math.log(after.value / before.value);
  if (!Number.isFinite(effect)) return undefined;
  const [one, other] = [before.error ** 2, after.error ** 2];
  const error = Math.sqrt(one + other);
  if (error === 0) return { effect, half: 0, pValue: effect === 0 ? 1 : 0 };
  const df = Math.min(first.blocks, second.blocks) - 1;
  return { effect, half: studentQuantile(1 - confidence, df) * error, pValue: studentTwoSided(effect / error, df) };
}
