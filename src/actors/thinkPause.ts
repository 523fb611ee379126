import type { Clock } from '../core/clock.ts';

/** The think time of a client: from the end of an answer until its next request is due. */
export class ThinkPause {
  readonly #clock: Clock;
  readonly #drawMs: (() => number) | undefined;
  readonly #hasNext: () => boolean;
  readonly #onDue: (dueAtMs: number) => void;
  #timer: unknown;
  #isThinking = false;
  #isOver = false;

  /**
   * @param drawMs the next think time; absent: the client never thinks
   * @param hasNext whether there is anything to think about; asked before each think time
   * @param onDue the client goes on
   */
  constructor(
    clock: Clock,
    drawMs: (() => number) | undefined,
    hasNext: () => boolean,
    onDue: (dueAtMs: number) => void,
  ) {
    this.#clock = clock;
    this.#drawMs = drawMs;
    this.#hasNext = hasNext;
    this.#onDue = onDue;
  }

  /** Goes on when the client has thought; at once where it does not think. */
  goOn(freeAtMs: number): void {
    if (this.#drawMs === undefined || this.#isOver || !this.#hasNext()) {
      this.#onDue(freeAtMs);
      return;
    }
    const dueAtMs = freeAtMs + this.#drawMs();
    this.#isThinking = true;
    // Timers count whole milliseconds: rounded up, so that nothing is sent before it is due.
    const waitMs = Math.max(0, Math.ceil(dueAtMs - this.#clock.nowMs()));
    this.#timer = this.#clock.setTimeout(() => {
      this.#isThinking = false;
      this.#onDue(dueAtMs);
    }, waitMs);
  }

  /** No thought any more. @returns whether its client was held by one */
  end(): boolean {
    this.#isOver = true;
    this.#clock.clearTimeout(this.#timer);
    return this.#isThinking;
  }
}
