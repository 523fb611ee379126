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

/** Figures of values that count several times. */
export interface WeightedFigures {
  readonly mean: number;
  /** Of the population. */
  readonly sd: number;
  /** The smallest value with at least that share of the weight below or at it. @param p 0 to 1 */
  readonly percentile: (p: number) => number;
}

/**
 * Figures as tools have them that reckon with a distribution of weights; values of no weight do not count. Probabilities
 * are added up from the smallest value on, as numpy's cumsum does, for at a tie the last bit decides.
 */
export function weightedFigures(values: readonly (readonly [value: number, weight: number])[]): WeightedFigures {
  const weights = new Map<number, number>();
  for (const [value, weight] of values) if (weight > 0) weights.set(value, (weights.get(value) ?? 0) + weight);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const sorted = [...weights]
    .sort(([one], [other]) => one - other)
    .map(([value, weight]) => [value, weight / total] as const);
  const mean = sorted.reduce((sum, [value, share]) => sum + value * share, 0);
  const variance = sorted.reduce((sum, [value, share]) => sum + (value - mean) ** 2 * share, 0);
  const percentile = (p: number): number => {
    let below = 0;
    const found = sorted.find(([, share]) => {
      below += share;
      return below >= p;
    });
    return (found ?? sorted.at(-1))?.[0] ?? 0;
  };
  return { mean, sd: Math.sqrt(variance), percentile };
}

/** A check of a figure, where the tool states it. @param within the share by which it may be off, beyond rounding */
export function check(figure: string, stated: unknown, ours: number | undefined, within?: number) {
  const value = typeof stated === 'string' ? Number(stated) : stated;
  if (typeof value !== 'number' || Number.isNaN(value)) return [];
  return [
    { figure, stated: value, ...(ours === undefined ? {} : { ours }), ...(within === undefined ? {} : { within }) },
  ];
}
