import type { Cancel, Failure, Wire } from '../clients/client.ts';
import type { Clock } from '../core/clock.ts';
import type { Exchange } from './exchange.ts';
import type { RetryPolicy } from './retryPolicy.ts';

/** What one request that may be sent several times needs. */
export interface TriesInput {
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly policy: RetryPolicy;
  /** Sends it once. */
  readonly send: (wire: Wire<unknown>) => Cancel;
  /** A try has failed, and the next one follows after `waitMs`. */
  readonly onRetry: (failure: Failure, waitMs: number) => void;
}

/**
 * One exchange of several tries: to its client, its deadline and the figures it stays one request, which begins with the
 * first sending. An answer that has begun is never asked for again.
 */
export class Tries {
  readonly #input: TriesInput;
  #sent = 0;
  #current: Wire<unknown> | undefined;
  #cancelCurrent: Cancel = () => {};
  #timer: unknown;
  #waitsAfter: Failure | undefined;
  #isLast = false;

  constructor(input: TriesInput) {
    this.#input = input;
  }

  start(): void {
    const { exchange } = this.#input;
    exchange.cancel = () => this.#cancel();
    exchange.stopTrying = () => this.#stop();
    this.#send();
  }

  #send(): void {
    const wire = this.#wire();
    this.#sent++;
    this.#waitsAfter = undefined;
    this.#current = wire;
    this.#cancelCurrent = this.#input.send(wire);
  }

  /** A wire of its own for each try: what a failed one says later is ignored. */
  #wire(): Wire<unknown> {
    const { exchange } = this.#input;
    let hasBegun = false;
    const wire: Wire<unknown> = {
      sent: () => this.#current === wire && exchange.sent(),
      resent: (failure) => this.#current === wire && exchange.resent(failure),
      headers: () => this.#current === wire && exchange.headers(),
      received: (piece) => {
        hasBegun = true;
        if (this.#current === wire) exchange.received(piece);
      },
      ended: () => this.#current === wire && exchange.ended(),
      failed: (failure) => this.#current === wire && this.#failed(failure, hasBegun),
    };
    return wire;
  }

  #failed(failure: Failure, hasBegun: boolean): void {
    const { exchange, clock, policy, onRetry } = this.#input;
    this.#current = undefined;
    const isOver = hasBegun || this.#isLast || exchange.closedAtMs !== undefined;
    const waitMs = isOver ? undefined : policy.waitMs(failure, exchange.origin.planned.request, this.#sent);
    if (waitMs === undefined) {
      exchange.failed(failure);
      return;
    }
    this.#waitsAfter = failure;
    exchange.lastByteAtMs = clock.nowMs() + waitMs; // its silence is asked for
    onRetry(failure, waitMs);
    this.#timer = clock.setTimeout(() => this.#send(), waitMs);
  }

  /** The try that is open is the last one; a wait for another one ends now. */
  #stop(): void {
    this.#isLast = true;
    if (this.#waitsAfter === undefined) return;
    this.#input.clock.clearTimeout(this.#timer);
    this.#input.exchange.failed(this.#waitsAfter);
  }

  #cancel(): void {
    this.#input.clock.clearTimeout(this.#timer);
    this.#cancelCurrent();
  }
}
