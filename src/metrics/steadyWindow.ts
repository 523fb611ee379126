import type { ClientPhase } from '../events/events.ts';

/**
 * Where a level's steady window lies: from the moment when every client has sent its first measured request until the
 * first client finds no more work.
 *
 * A client that ended before the level began is not one of its clients. One that ends without ever sending leaves the
 * level without a steady window.
 */
export class SteadyWindow {
  #startMs: number | undefined;
  #latestFirstSendMs = Number.NEGATIVE_INFINITY;
  #firstDrainMs = Number.POSITIVE_INFINITY;
  #expected: number;
  readonly #sending = new Set<number>();

  constructor(clients: number) {
    this.#expected = clients;
  }

  /** The level's start; `undefined` before it. */
  get startMs(): number | undefined {
    return this.#startMs;
  }

  /** Where it begins; `undefined` while that is open, `Infinity` where it never can. */
  get fromMs(): number | undefined {
    return this.#sending.size < this.#expected ? undefined : this.#latestFirstSendMs;
  }

  /** Where it ends as far as known: stamps before the watermark compare with it as with the final value. */
  get toMs(): number {
    return this.#firstDrainMs;
  }

  levelStarted(atMs: number): void {
    this.#startMs = atMs;
  }

  /** A client's attempt to send a measured request. */
  clientSent(client: number, atMs: number): void {
    if (this.#sending.has(client)) return;
    this.#sending.add(client);
    this.#latestFirstSendMs = Math.max(this.#latestFirstSendMs, atMs);
  }

  clientChanged(client: number, phase: ClientPhase, atMs: number): void {
    const ended = phase === 'stopped' || phase === 'failed';
    if (!ended && phase !== 'draining') return;
    if (this.#startMs === undefined) {
      if (ended) this.#expected--;
      return;
    }
    this.clientSent(client, Number.POSITIVE_INFINITY);
    this.#firstDrainMs = Math.min(this.#firstDrainMs, atMs);
  }

  /** The level is over: what is still open ends here. */
  close(atMs: number): void {
    if (this.#firstDrainMs === Number.POSITIVE_INFINITY) this.#firstDrainMs = atMs;
    if (this.#sending.size < this.#expected) this.#latestFirstSendMs = Number.POSITIVE_INFINITY;
    this.#expected = 0;
  }
}
