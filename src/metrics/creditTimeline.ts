const binCount = 8192;
const narrowestMs = 10;

/** What a credit is counted in. */
export type Credit = 'tokens' | 'requests';

/**
 * Output over time, in a fixed number of bins, for batch means: bins begin 10 ms wide and double in width whenever the
 * level outgrows them.
 */
export class CreditTimeline {
  readonly #fromMs: number;
  readonly #credits: Readonly<Record<Credit, Float64Array>> = {
    tokens: new Float64Array(binCount),
    requests: new Float64Array(binCount),
  };
  #binMs = narrowestMs;

  constructor(fromMs: number) {
    this.#fromMs = fromMs;
  }

  /** Credits what arrived at one moment. */
  addAt(atMs: number, tokens: number, requests: number): void {
    let bin = Math.floor((atMs - this.#fromMs) / this.#binMs);
    while (bin >= binCount) {
      this.#widen();
      bin = Math.floor((atMs - this.#fromMs) / this.#binMs);
    }
    if (bin < 0) bin = 0;
    this.#credits.tokens[bin] = (this.#credits.tokens[bin] as number) + tokens;
    this.#credits.requests[bin] = (this.#credits.requests[bin] as number) + requests;
  }

  /** Credits what was worked on from `fromMs` to `toMs`, evenly. */
  addOver(fromMs: number, toMs: number, tokens: number, requests: number): void {
    this.addAt(toMs, 0, 0); // so that the bins reach as far
    const lengthMs = toMs - fromMs;
    if (lengthMs <= 0) this.addAt(toMs, tokens, requests);
    for (let atMs = fromMs; atMs < toMs; ) {
      const edgeMs = this.#fromMs + (Math.floor((atMs - this.#fromMs) / this.#binMs) + 1) * this.#binMs;
      const untilMs = Math.min(toMs, edgeMs > atMs ? edgeMs : atMs + this.#binMs);
      const share = (untilMs - atMs) / lengthMs;
      this.addAt(atMs, tokens * share, requests * share);
      atMs = untilMs;
    }
  }

  /** Credits in `count` equal parts of a stretch; a bin that an edge cuts is shared linearly. */
  batches(credit: Credit, fromMs: number, toMs: number, count: number): number[] {
    const widthMs = (toMs - fromMs) / count;
    const edges = Array.from({ length: count + 1 }, (_, index) => this.#until(credit, fromMs + index * widthMs));
    return edges.slice(1).map((edge, index) => edge - (edges[index] as number));
  }

  #until(credit: Credit, atMs: number): number {
    const bins = this.#credits[credit];
    const position = (atMs - this.#fromMs) / this.#binMs;
    const whole = Math.min(binCount, Math.floor(position));
    let total = 0;
    for (let bin = 0; bin < whole; bin++) total += bins[bin] as number;
    return total + (bins[whole] ?? 0) * (position - whole);
  }

  #widen(): void {
    for (const bins of Object.values(this.#credits)) {
      for (let bin = 0; bin < binCount / 2; bin++) {
        bins[bin] = (bins[2 * bin] as number) + (bins[2 * bin + 1] as number);
      }
      bins.fill(0, binCount / 2);
    }
    this.#binMs *= 2;
  }
}
