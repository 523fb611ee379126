/**
 * How far event time is complete. Events of one worker come in the order of their stamps, those of several workers
 * interleave; so every event before the least of the workers' latest stamps has been seen.
 */
export class Watermark {
  readonly #latestMs: Float64Array;
  #atMs = Number.NEGATIVE_INFINITY;
  #hasRisen = false;

  /** @param workers numbered from 1 */
  constructor(workers: number) {
    this.#latestMs = new Float64Array(workers).fill(Number.NEGATIVE_INFINITY);
  }

  /** All events with a smaller stamp have been seen; `-Infinity` until every worker was heard of. */
  get atMs(): number {
    return this.#atMs;
  }

  /** Whether the event that was observed last let it rise. */
  get hasRisen(): boolean {
    return this.#hasRisen;
  }

  /** @returns whether the watermark rose. The main process (0) and unknown workers move nothing. */
  observe(worker: number, atMs: number): boolean {
    this.#hasRisen = this.#rises(worker, atMs);
    return this.#hasRisen;
  }

  #rises(worker: number, atMs: number): boolean {
    const before = this.#latestMs[worker - 1];
    if (before === undefined || atMs <= before) return false;
    this.#latestMs[worker - 1] = atMs;
    if (before > this.#atMs) return false;
    let least = atMs;
    for (let index = 0; index < this.#latestMs.length; index++) {
      const latest = this.#latestMs[index] as number;
      if (latest < least) least = latest;
    }
    if (least === this.#atMs) return false;
    this.#atMs = least;
    return true;
  }
}
