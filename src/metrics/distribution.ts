import type { Writable } from '../core/writable.ts';
import type { Histogram } from './histogram.ts';
import type { Distribution } from './levelSummary.ts';
import { percentileOfSorted } from './percentile.ts';

/** Exact figures of ascending values. The order in which they came makes no difference, not even in the last bit. */
export function distributionOfSorted(sorted: Float64Array, undefinedCount: number): Distribution {
  const count = sorted.length;
  if (count === 0) return { count, undefinedCount };
  // By index: iterating over floats makes an object of each until the loop is compiled, and this one runs once a level.
  let total = 0;
  for (let index = 0; index < count; index++) total += sorted[index] as number;
  const mean = total / count;
  let squares = 0;
  for (let index = 0; index < count; index++) squares += ((sorted[index] as number) - mean) ** 2;
  const sd = count > 1 ? Math.sqrt(squares / (count - 1)) : undefined;
  return toDistribution(mean, sd, (p) => percentileOfSorted(sorted, p) as number, count, undefinedCount);
}

/** Figures of a histogram: percentiles as near as its bins; the count is rounded where counts are weights. */
export function distributionOfHistogram(histogram: Histogram, undefinedCount: number): Distribution {
  const count = Math.round(histogram.count);
  const mean = histogram.mean;
  if (mean === undefined) return { count, undefinedCount };
  return toDistribution(mean, histogram.sd, (p) => histogram.quantile(p) as number, count, undefinedCount);
}

function toDistribution(
  mean: number,
  sd: number | undefined,
  quantile: (p: number) => number,
  count: number,
  undefinedCount: number,
): Distribution {
  const distribution: Writable<Distribution> = { mean, count, undefinedCount };
  if (sd !== undefined) distribution.sd = sd;
  distribution.min = quantile(0);
  distribution.p50 = quantile(0.5);
  distribution.p90 = quantile(0.9);
  distribution.p95 = quantile(0.95);
  distribution.p99 = quantile(0.99);
  distribution.max = quantile(1);
  return distribution;
}
