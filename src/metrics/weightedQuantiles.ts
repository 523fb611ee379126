import type { BlockWeights } from './blockBootstrap.ts';
import type { Histogram } from './histogram.ts';

/** Quantiles of several histograms together, each counted as often as a weight says, without merging them anew. */
export class WeightedQuantiles {
  readonly #from: Float64Array;
  readonly #width: Float64Array;
  /** Counts of the blocks, bin after bin. */
  readonly #counts: Float64Array;
  readonly #totals: Float64Array;
  readonly #sums: Float64Array;

  constructor(histograms: readonly Histogram[]) {
    const bins = histograms.map((histogram) => histogram.bins());
    const edges = new Map(bins.flat().map(({ fromMs, toMs }) => [fromMs, toMs]));
    this.#from = Float64Array.from(edges.keys()).sort();
    this.#width = this.#from.map((fromMs) => (edges.get(fromMs) as number) - fromMs);
    const row = new Map(Array.from(this.#from, (fromMs, index) => [fromMs, index]));
    this.#counts = new Float64Array(this.#from.length * histograms.length);
    for (const [block, filled] of bins.entries()) {
      for (const { fromMs, count } of filled) {
        this.#counts[(row.get(fromMs) as number) * histograms.length + block] = count;
      }
    }
    this.#totals = Float64Array.from(histograms, ({ count }) => count);
    this.#sums = Float64Array.from(histograms, ({ count, mean }) => count * (mean ?? 0));
  }

  /** Exact; `NaN` where nothing is counted. */
  mean(weights: BlockWeights): number {
    return dot(this.#sums, weights, 0) / dot(this.#totals, weights, 0);
  }

  /** Values of a bin are taken as spread evenly over it. @param shares ascending, 0 to 1 @returns `NaN` where nothing is counted */
  quantiles(weights: BlockWeights, shares: readonly number[]): readonly number[] {
    const total = dot(this.#totals, weights, 0);
    const values: number[] = [];
    if (total === 0) return shares.map(() => Number.NaN);
    let below = 0;
    for (let bin = 0; bin < this.#from.length && values.length < shares.length; bin++) {
      const count = dot(this.#counts, weights, bin * weights.length);
      for (let next = shares[values.length]; next !== undefined; next = shares[values.length]) {
        const wanted = (total - 1) * next + 0.5;
        if (wanted > below + count) break;
        values.push((this.#from[bin] as number) + (this.#width[bin] as number) * Math.max(0, (wanted - below) / count));
      }
      below += count;
    }
    return values;
  }
}

function dot(values: Float64Array, weights: BlockWeights, offset: number): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) {
    sum += (values[offset + index] as number) * (weights[index] as number);
  }
  return sum;
}
