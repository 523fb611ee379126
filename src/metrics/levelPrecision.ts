import { type ComparedLatency, comparedLatencies } from './blockTally.ts';
import { fineBits } from './histogram.ts';
import type { Distribution, LevelSummary } from './levelSummary.ts';

/** A figure of a level, and how far it may be off. */
export interface Estimate {
  readonly value: number;
  /** Standard error of its natural logarithm; of itself for a share of failures. Absent where it cannot be told. */
  readonly error?: number;
}

/** The figures of a level that runs are compared by. */
export interface LevelPrecision {
  readonly summary: LevelSummary;
  /** Blocks of event time that the errors come from; 0 where there are none. */
  readonly blocks: number;
  /** Seconds that the window should have had, where it is too short for blocks. */
  readonly neededSeconds?: number;
  readonly requestsPerSec?: Estimate;
  readonly outputTokensPerSec?: Estimate;
  /** Failed and empty answers over all that ended. */
  readonly errorRatio?: Estimate;
  readonly latencies: Partial<Record<ComparedLatency, LatencyEstimates>>;
}

export interface LatencyEstimates {
  readonly mean: Estimate;
  /** In the order of the shares that were asked for. */
  readonly percentiles: readonly (Estimate | undefined)[];
}

/** The value of a latency at a share, 0 to 1. */
type QuantileOf = (figure: ComparedLatency, share: number) => number | undefined;

/** A sketch tells values apart by this share; what lies within a bin is spread evenly, as its deviation. */
const sketchError = 2 ** -fineBits / Math.sqrt(12);

/** Every figure in one order: requests/s, tokens/s, share of failures, then of each latency the mean and the percentiles. */
export function comparedValues(
  summary: LevelSummary,
  shares: readonly number[],
  quantileOf: QuantileOf,
): readonly (number | undefined)[] {
  const { steady, requests } = summary;
  const ended = requests.completed + requests.failed + requests.empty;
  return [
    steady?.requestsPerSec,
    steady?.outputTokensPerSec,
    ended === 0 ? undefined : (requests.failed + requests.empty) / ended,
    ...comparedLatencies.flatMap((figure) => [
      summary[figure].mean,
      ...shares.map((share) => quantileOf(figure, share)),
    ]),
  ];
}

/** What can be told of a level whose events are not there: its summary's figures, without errors. */
export function precisionOfSummary(summary: LevelSummary, shares: readonly number[]): LevelPrecision {
  const known = ({ p50, p90, p95, p99 }: Distribution): Readonly<Record<number, number | undefined>> => ({
    0.5: p50,
    0.9: p90,
    0.95: p95,
    0.99: p99,
  });
  return toPrecision(
    summary,
    0,
    comparedValues(summary, shares, (figure, share) => known(summary[figure])[share]),
  );
}

/**
 * Ties figures to their errors.
 * @param figures in the order of {@link comparedValues}
 * @param errors in the same order
 */
export function toPrecision(
  summary: LevelSummary,
  blocks: number,
  figures: readonly (number | undefined)[],
  errors: readonly (number | undefined)[] = [],
): LevelPrecision {
  const estimates = figures.map((value, index): Estimate | undefined => {
    const error = errors[index];
    if (value === undefined) return undefined;
    return error === undefined ? { value } : { value, error };
  });
  const [requestsPerSec, outputTokensPerSec, errorRatio, ...spreads] = estimates;
  const width = spreads.length / comparedLatencies.length;
  const latencies: Partial<Record<ComparedLatency, LatencyEstimates>> = {};
  for (const [index, figure] of comparedLatencies.entries()) {
    const [mean, ...percentiles] = spreads.slice(index * width, (index + 1) * width);
    if (mean !== undefined) latencies[figure] = { mean, percentiles: percentiles.map(coarsened) };
  }
  return {
    summary,
    blocks,
    ...(requestsPerSec === undefined ? {} : { requestsPerSec }),
    ...(outputTokensPerSec === undefined ? {} : { outputTokensPerSec }),
    ...(errorRatio === undefined ? {} : { errorRatio }),
    latencies,
  };
}

/** A percentile of values that lie within one bin would else seem to have no error. */
function coarsened(estimate: Estimate | undefined): Estimate | undefined {
  if (estimate?.error === undefined) return estimate;
  return { value: estimate.value, error: Math.hypot(estimate.error, sketchError) };
}
