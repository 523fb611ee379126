import { Histogram } from '../histogram.ts';
import type { Distribution } from '../levelSummary.ts';

/**
 * Values that count several times, all of them kept. A percentile is the smallest value with at least that share of the
 * weight below or at it; the standard deviation is of the population.
 */
export class WeightedSample {
  readonly #weights = new Map<number, number>();
  #total = 0;
  #undefinedCount = 0;
  #sorted: SortedValues | undefined;

  /** Sum of the weights. */
  get count(): number {
    return this.#total;
  }

  /** A value of no weight does not count. */
  add(value: number, weight = 1): void {
    if (weight <= 0) return;
    this.#weights.set(value, (this.#weights.get(value) ?? 0) + weight);
    this.#total += weight;
    this.#sorted = undefined;
  }

  addUndefined(): void {
    this.#undefinedCount++;
  }

  distribution(): Distribution {
    const [count, undefinedCount] = [this.#total, this.#undefinedCount];
    if (count === 0) return { count, undefinedCount };
    const at = (p: number): number => this.quantile(p) as number;
    const { mean, sd } = this.#ascending();
    const percentiles = { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
    return { mean, sd, min: at(0), ...percentiles, max: at(1), count, undefinedCount };
  }

  /** `undefined` where there are no values. @param p share, 0 to 1 */
  quantile(p: number): number | undefined {
    const { values, upTo } = this.#ascending();
    const found = upTo.findIndex((share) => share >= p);
    return values[found === -1 ? values.length - 1 : found];
  }

  /** The values in bins. */
  histogram(bits: number): Histogram {
    const histogram = new Histogram(bits);
    for (const [value, weight] of this.#weights) histogram.record(value, weight);
    return histogram;
  }

  #ascending(): SortedValues {
    this.#sorted ??= sortValues(this.#weights, this.#total);
    return this.#sorted;
  }
}

interface SortedValues {
  readonly values: Float64Array;
  /** Share of the weight up to and with each value. */
  readonly upTo: Float64Array;
  readonly mean: number;
  readonly sd: number;
}

/** Shares are added up from the smallest value on, as numpy's cumsum does: at a tie the last bit decides. */
function sortValues(byValue: ReadonlyMap<number, number>, total: number): SortedValues {
  const values = Float64Array.from(byValue.keys()).sort();
  const weights = values.map((value) => byValue.get(value) ?? 0);
  let share = 0;
  const upTo = weights.map((weight) => (share += weight / total));
  const mean = values.reduce((sum, value, index) => sum + (value * (weights[index] as number)) / total, 0);
  const variance = values.reduce(
    (sum, value, index) => sum + ((value - mean) ** 2 * (weights[index] as number)) / total,
    0,
  );
  return { values, upTo, mean, sd: Math.sqrt(variance) };
}
