import { distributionOfHistogram, distributionOfSorted } from './distribution.ts';
import { Histogram } from './histogram.ts';
import type { Distribution } from './levelSummary.ts';
import { percentileOfSorted } from './percentile.ts';

/** Values that a sample keeps one by one; beyond them it is a histogram. */
export const exactLimit = 1_000_000;

/** The values of one figure over the requests of a level: exact up to a limit, within 0.1 % beyond it. */
export class Sample {
  readonly #limit: number;
  #values = new Float64Array(64);
  #count = 0;
  #undefinedCount = 0;
  #isAscending = true;
  #histogram: Histogram | undefined;

  constructor(limit: number = exactLimit) {
    this.#limit = limit;
  }

  get count(): number {
    return this.#count;
  }

  add(value: number): void {
    this.#count++;
    if (this.#histogram !== undefined) this.#histogram.record(value);
    else if (this.#count > this.#limit) this.#pourInto(new Histogram(), value);
    else {
      if (this.#count > this.#values.length) this.#grow();
      this.#values[this.#count - 1] = value;
      this.#isAscending = false;
    }
  }

  /** A request for which the figure has no value; it is counted, and in no mean. */
  addUndefined(): void {
    this.#undefinedCount++;
  }

  distribution(): Distribution {
    if (this.#histogram !== undefined) return distributionOfHistogram(this.#histogram, this.#undefinedCount);
    return distributionOfSorted(this.#ascending(), this.#undefinedCount);
  }

  /** The value at rank `(n - 1) p`; `undefined` where there are none. */
  quantile(p: number): number | undefined {
    if (this.#histogram !== undefined) return this.#histogram.quantile(p);
    return percentileOfSorted(this.#ascending(), p);
  }

  /** The values in the bins of a histogram; of one that is coarser where `bits` say so. */
  histogram(bits: number): Histogram {
    const histogram = new Histogram(bits);
    if (this.#histogram !== undefined) histogram.absorb(this.#histogram);
    else for (const value of this.#values.subarray(0, this.#count)) histogram.record(value);
    return histogram;
  }

  #ascending(): Float64Array {
    const values = this.#values.subarray(0, this.#count);
    if (!this.#isAscending) sort(values);
    this.#isAscending = true;
    return values;
  }

  #grow(): void {
    const grown = new Float64Array(this.#values.length * 2);
    grown.set(this.#values);
    this.#values = grown;
  }

  #pourInto(histogram: Histogram, newest: number): void {
    for (const value of this.#values.subarray(0, this.#limit)) histogram.record(value);
    histogram.record(newest);
    this.#histogram = histogram;
    this.#values = new Float64Array(0);
  }
}

/** As the array's own `sort`, in half the time where nothing is negative: then the bits of floats are in the order of the floats. */
function sort(values: Float64Array): void {
  const bits = new BigInt64Array(values.buffer, values.byteOffset, values.length).sort();
  if ((bits[0] ?? 0n) < 0n) values.sort();
}
