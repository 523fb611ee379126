import type { Failure } from '../clients/client.ts';
import type { Clock } from '../core/clock.ts';

/**
 * The rest of a client after a failure: nothing is sent for so long. A failure that shows only when its answer is read
 * comes too late for that, since the next request has left: then the rest follows that one.
 */
export class FailureRest {
  readonly #clock: Clock;
  readonly #pauseMs: number;
  readonly #onRested: () => void;
  #isHeld = false;
  #isOwed = false;
  #isOver = false;
  #timer: unknown;

  /** @param pauseMs 0: never rests @param onRested the client may go on */
  constructor(clock: Clock, pauseMs: number, onRested: () => void) {
    this.#clock = clock;
    this.#pauseMs = pauseMs;
    this.#onRested = onRested;
  }

  /** An exchange has closed. @returns whether its client goes on only when it has rested */
  holds(failure: Failure | undefined): boolean {
    if (this.#pauseMs === 0 || this.#isOver) return false;
    if (failure === undefined && !this.#isOwed) return false;
    this.#isHeld = true;
    if (this.#isOwed) this.#begin();
    return true;
  }

  /** A request is known to have failed. */
  failed(): void {
    if (this.#pauseMs === 0 || this.#isOver) return;
    if (this.#isHeld) this.#begin();
    else this.#isOwed = true;
  }

  /** No rest any more. @returns whether its client was held by one */
  end(): boolean {
    this.#isOver = true;
    this.#clock.clearTimeout(this.#timer);
    return this.#isHeld;
  }

  #begin(): void {
    this.#timer ??= this.#clock.setTimeout(() => {
      this.#timer = undefined;
      this.#isHeld = false;
      this.#isOwed = false;
      this.#onRested();
    }, this.#pauseMs);
  }
}
