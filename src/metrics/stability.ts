/** Whether a level at a rate settled: `drifting` latencies grow or fall; with `noSteadyState` the server falls behind. */
export type Stability = 'stable' | 'drifting' | 'noSteadyState' | 'unknown';

/** How a level at a rate developed over its window. */
export interface StabilityFigures {
  /** Whether latencies over the level neither grew nor fell; `noSteadyState`: they grew, and the server ended less than arrived. */
  readonly stability: Stability;
  /** Mean latency of the last three tenths of the window over that of the first three. Absent where a tenth has no answer. */
  readonly driftRatio?: number;
  /** Share of the requests that were due in the window by which those exceed what ended in it. Negative where a backlog shrank. */
  readonly backlogRatio?: number;
}

export const batches = 10;
/** Fewer answers in a tenth of the window say too little of its mean. */
const leastInBatch = 5;
/** Mann and Kendall's S of ten independent values is as far from 0 as this once in 108 times: p = 0.0092. */
const trendLimit = 29;
/** A trend that is sure but smaller than this changes nothing. */
const driftLimit = 0.1;
/** A server that keeps up ends as much as arrives, but for the edges of the window. */
const backlogLimit = 0.05;
const edge = 3;

/**
 * Judges the mean latencies, from due, of the tenths of a window.
 *
 * `S = sum over pairs of sign(later - earlier)`. A trend needs |S| >= 29 and a change of over 10 % from the first three
 * tenths to the last three. An upward one with a backlog of over 5 % of what was due is `noSteadyState`, any other
 * `drifting`. Neighbouring tenths of a busy server depend on each other, so that false alarms are more than independent
 * values would give: docs/workloads.md has what was measured.
 *
 * @param backlogRatio (due - ended) / due over the window
 */
export function judgeStability(
  means: readonly { readonly meanMs: number; readonly count: number }[],
  backlogRatio: number,
): StabilityFigures {
  if (means.length < batches || means.some(({ count }) => count < leastInBatch)) {
    return { stability: 'unknown', backlogRatio };
  }
  const values = means.map(({ meanMs }) => meanMs);
  const driftRatio = pooled(means.slice(-edge)) / pooled(means.slice(0, edge));
  const trend = mannKendall(values);
  const isTrend = Math.abs(trend) >= trendLimit && Math.abs(driftRatio - 1) > driftLimit;
  const fallsBehind = isTrend && trend > 0 && backlogRatio > backlogLimit;
  return {
    stability: fallsBehind ? 'noSteadyState' : isTrend ? 'drifting' : 'stable',
    driftRatio,
    backlogRatio,
  };
}

/** Pairs in which the later value is larger, less those in which it is smaller. */
export function mannKendall(values: readonly number[]): number {
  let sum = 0;
  for (const [index, later] of values.entries()) {
    for (const earlier of values.slice(0, index)) sum += Math.sign(later - earlier);
  }
  return sum;
}

function pooled(means: readonly { readonly meanMs: number; readonly count: number }[]): number {
  const count = means.reduce((sum, batch) => sum + batch.count, 0);
  return means.reduce((sum, batch) => sum + batch.meanMs * batch.count, 0) / count;
}
