import { distributionOfSorted } from '../metrics/distribution.ts';
import { percentileOfSorted } from '../metrics/percentile.ts';

/** Figures of a list of values in the ways that other tools state them. */
export interface ListFigures {
  readonly mean: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Of the sample, n - 1. */
  readonly sampleSd: number | undefined;
  /** Of the population, n. */
  readonly populationSd: number | undefined;
  /** Linear interpolation on rank (n - 1) p. @param p 0 to 1 */
  percentile(p: number): number | undefined;
}

/** Percentiles and means as our own figures have them; see METRICS in the documentation for the formulas. */
export function listFigures(values: readonly number[]): ListFigures {
  const sorted = Float64Array.from(values).sort();
  const { mean, sd, min, max } = distributionOfSorted(sorted, 0);
  return {
    mean,
    min,
    max,
    sampleSd: sd,
    populationSd:
      sorted.length === 1 ? 0 : sd === undefined ? undefined : sd * Math.sqrt((sorted.length - 1) / sorted.length),
    percentile: (p) => percentileOfSorted(sorted, p),
  };
}

/** A check of a figure, where the tool states it. @param within the share by which it may be off, beyond rounding */
export function check(figure: string, stated: unknown, ours: number | undefined, within?: number) {
  const value = typeof stated === 'string' ? Number(stated) : stated;
  if (typeof value !== 'number' || Number.isNaN(value)) return [];
  return [
    { figure, stated: value, ...(ours === undefined ? {} : { ours }), ...(within === undefined ? {} : { within }) },
  ];
}
