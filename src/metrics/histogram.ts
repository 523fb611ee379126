const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);
const highWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

const mantissaBits = 20; // of the high word of a double
const smallest = 2 ** -10;
const smallestWord = (1023 - 10) << mantissaBits;

/** Bits of the mantissa that tell bins apart: 512 bins an octave, at most 0.1 % relative error. */
export const fineBits = 9;
/** 64 bins an octave, at most 0.8 % relative error: for live windows. */
export const coarseBits = 6;

/** A part of a histogram. */
export interface HistogramBin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/**
 * A log-linear, mergeable histogram of figures that are 0 or more (ms).
 *
 * Every power of two is cut into `2 ** bits` equal bins, and a bin stands for its middle: the relative error is at most
 * `2 ** -(bits + 1)`. Values below 1/1024 share the bin of 0. Counts may be fractions, where they are weights.
 */
export class Histogram {
  readonly #bits: number;
  readonly #shift: number;
  /** Bin 1 begins here, in units of the shifted high word. */
  readonly #base: number;
  #first = 0;
  #counts = new Float64Array(0);
  #count = 0;
  #total = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  constructor(bits: number = fineBits) {
    this.#bits = bits;
    this.#shift = mantissaBits - bits;
    this.#base = (smallestWord >>> this.#shift) - 1;
  }

  /** Inverse of {@link toPairs}: adds counts to bins; a bin's middle stands for its values. */
  static fromPairs(pairs: readonly number[], bits: number = fineBits): Histogram {
    const histogram = new Histogram(bits);
    histogram.addPairs(pairs);
    return histogram;
  }

  copy(): Histogram {
    const copy = new Histogram(this.#bits);
    copy.merge(this);
    return copy;
  }

  get count(): number {
    return this.#count;
  }

  get min(): number | undefined {
    return this.#count > 0 ? this.#min : undefined;
  }

  get max(): number | undefined {
    return this.#count > 0 ? this.#max : undefined;
  }

  /** Exact where values were recorded, not pairs. */
  get mean(): number | undefined {
    return this.#count > 0 ? this.#total / this.#count : undefined;
  }

  /** Of the sample (n - 1), from the bins' middles. */
  get sd(): number | undefined {
    if (this.#count <= 1) return undefined;
    const mean = this.#total / this.#count;
    let squares = 0;
    this.#eachBin((bin, count) => {
      squares += count * (this.#middle(bin) - mean) ** 2;
    });
    return Math.sqrt(squares / (this.#count - 1));
  }

  /** Forgets all that was recorded. */
  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#total = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = 0;
  }

  record(value: number, count = 1): void {
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    this.#count += count;
    this.#total += value * count;
    scratch[0] = value;
    this.#add(value >= smallest ? ((words[highWord] as number) >>> this.#shift) - this.#base : 0, count);
  }

  #add(bin: number, count: number): void {
    let index = bin - this.#first;
    if (index < 0 || index >= this.#counts.length) index = this.#grow(bin);
    this.#counts[index] = (this.#counts[index] as number) + count;
  }

  addPairs(pairs: readonly number[]): void {
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      this.record(this.#middle(pairs[index] as number), pairs[index + 1] as number);
    }
  }

  /** Adds all that `other` holds; bins and counts are exact whatever the order. Both must have the same bits. */
  merge(other: Histogram): void {
    if (other.#bits !== this.#bits) throw new RangeError(`cannot merge ${other.#bits} bits into ${this.#bits}`);
    if (other.#count === 0) return;
    this.#cover(other.#first, other.#first + other.#counts.length);
    const shift = other.#first - this.#first;
    for (let index = 0; index < other.#counts.length; index++) {
      this.#counts[index + shift] = (this.#counts[index + shift] as number) + (other.#counts[index] as number);
    }
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    this.#count += other.#count;
    this.#total += other.#total;
  }

  /** Adds all that `other` holds, whatever its bits: as if each of its values were the middle of its bin. */
  absorb(other: Histogram): void {
    for (const { fromMs, toMs, count } of other.bins()) this.record((fromMs + toMs) / 2, count);
  }

  /** What was counted, as bins [fromMs, toMs) that are not empty, ascending. */
  bins(): HistogramBin[] {
    const bins: HistogramBin[] = [];
    this.#eachBin((bin, count) => {
      const fromMs = bin === 0 ? 0 : this.#edge(bin);
      bins.push({ fromMs, toMs: bin === 0 ? smallest : this.#edge(bin + 1), count });
    });
    return bins;
  }

  /** The sparse form: pairs (bin, count) by ascending bin, flat. */
  toPairs(): number[] {
    const pairs: number[] = [];
    this.#eachBin((bin, count) => pairs.push(bin, count));
    return pairs;
  }

  /**
   * The value at rank `(n - 1) p`, between ranks linearly; `undefined` where nothing was recorded. Values of one bin
   * are all taken at its middle, the smallest and the largest of all exactly.
   */
  quantile(p: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(0, this.#count - 1) * p;
    const lower = Math.floor(rank);
    const low = this.#valueAt(lower);
    return rank === lower ? low : low + (this.#valueAt(lower + 1) - low) * (rank - lower);
  }

  #valueAt(rank: number): number {
    if (rank <= 0) return this.#min;
    if (rank >= this.#count - 1) return this.#max;
    let seen = 0;
    for (let index = 0; index < this.#counts.length; index++) {
      seen += this.#counts[index] as number;
      if (seen > rank) return Math.min(this.#max, Math.max(this.#min, this.#middle(index + this.#first)));
    }
    return this.#max;
  }

  #eachBin(visit: (bin: number, count: number) => void): void {
    for (let index = 0; index < this.#counts.length; index++) {
      const count = this.#counts[index] as number;
      if (count !== 0) visit(index + this.#first, count);
    }
  }

  #middle(bin: number): number {
    return bin === 0 ? 0 : (this.#edge(bin) + this.#edge(bin + 1)) / 2;
  }

  #edge(bin: number): number {
    words[1 - highWord] = 0;
    words[highWord] = (bin + this.#base) << this.#shift;
    return scratch[0] as number;
  }

  /** Makes room for a bin outside of the counts, an octave at a time. @returns its index after that. */
  #grow(bin: number): number {
    const octave = 1 << this.#bits;
    const from = Math.floor(bin / octave) * octave;
    this.#cover(from, from + octave);
    return bin - this.#first;
  }

  /** Makes room for the bins [from, to). */
  #cover(from: number, to: number): void {
    const isEmpty = this.#counts.length === 0;
    const first = isEmpty ? from : Math.min(from, this.#first);
    const end = isEmpty ? to : Math.max(to, this.#first + this.#counts.length);
    if (!isEmpty && first === this.#first && end === first + this.#counts.length) return;
    const counts = new Float64Array(end - first);
    if (!isEmpty) counts.set(this.#counts, this.#first - first);
    this.#counts = counts;
    this.#first = first;
  }
}
