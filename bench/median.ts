import { percentileOfSorted } from '../src/metrics/percentile.ts';

/** The value below which the share `p` of all values lies. @throws Error where there is none */
export function quantile(values: readonly number[], p: number): number {
  const value = percentileOfSorted(Float64Array.from(values).sort(), p);
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
