import type { ClientPhase } from '../events/events.ts';

/**
 * The stretch of a level that its figures are taken over: the steady window, the whole level until its first client
 * finds no more work, or a stretch of ms since the level's start.
 */
export type WindowChoice =
  | 'steady'
  | 'all'
  | {
      readonly fromMs: number;
      readonly toMs: number;
      /** Not beyond the moment when the first client finds no more work. */
      readonly endsWithDrain?: true;
    };

/**
 * Where a level's steady window lies: from the moment when every client has sent its first measured request until the
 * first client finds no more work.
 *
 * A client that ended before the level began is not one of its clients. One that ends without ever sending leaves the
 * level without a steady window. A level at a rate has another one (`levelWindow`). Who looks at a log may choose another window in its place.
 */
export class SteadyWindow {
  #startMs: number | undefined;
  #latestFirstSendMs = Number.NEGATIVE_INFINITY;
  #firstDrainMs = Number.POSITIVE_INFINITY;
  #closedMs = Number.POSITIVE_INFINITY;
  #expected: number;
  readonly #choice: WindowChoice;
  readonly #sending = new Set<number>();

  constructor(clients: number, choice: WindowChoice = 'steady') {
    this.#expected = clients;
    this.#choice = choice;
  }

  /** The level's start; `undefined` before it. */
  get startMs(): number | undefined {
    return this.#startMs;
  }

  /** Where it begins; `undefined` while that is open, `Infinity` where it never can. */
  get fromMs(): number | undefined {
    const choice = this.#choice;
    if (choice === 'all') return this.#startMs;
    if (choice !== 'steady') return this.#startMs === undefined ? undefined : this.#startMs + choice.fromMs;
    return this.#sending.size < this.#expected ? undefined : this.#latestFirstSendMs;
  }

  /** Where it ends as far as known: stamps before the watermark compare with it as with the final value. */
  get toMs(): number {
    const choice = this.#choice;
    if (choice === 'steady' || choice === 'all' || this.#startMs === undefined) return this.#firstDrainMs;
    const endMs = choice.endsWithDrain === true ? this.#firstDrainMs : this.#closedMs;
    return Math.min(this.#startMs + choice.toMs, endMs);
  }

  /** How long it took from the level's start until the first client found no more work; `Infinity` while it finds some. */
  get untilDrainMs(): number {
    return this.#firstDrainMs - (this.#startMs ?? 0);
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
    this.#closedMs = atMs;
    if (this.#firstDrainMs === Number.POSITIVE_INFINITY) this.#firstDrainMs = atMs;
    if (this.#sending.size < this.#expected) this.#latestFirstSendMs = Number.POSITIVE_INFINITY;
    this.#expected = 0;
  }
}
