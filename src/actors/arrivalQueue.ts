import type { ArrivalLoopInput } from './arrivalLoopInput.ts';
import type { Connection, ConnectionPool } from './connectionPool.ts';
import { prepareRequest, type ReadyRequest } from './loopSteps.ts';

/** A request before it is sent, with the connection that is kept free for it. */
export interface NextArrival {
  readonly dueAtMs: number;
  readonly request: number;
  /** Absent while every connection is taken. */
  ready: (ReadyRequest & { readonly connection: Connection }) | undefined;
  isHeldBack: boolean;
}

/** The arrivals of a source, the next of them prepared before it is due. */
export class ArrivalQueue {
  readonly #input: ArrivalLoopInput;
  readonly #pool: ConnectionPool;
  #next: NextArrival | undefined;
  /** The level's start. */
  startMs = 0;

  constructor(input: ArrivalLoopInput, pool: ConnectionPool) {
    this.#input = input;
    this.#pool = pool;
  }

  /** What comes next, as it was last looked at. */
  get next(): NextArrival | undefined {
    return this.#next;
  }

  /** Prepares what comes next, as far as a connection is free. @returns it, or nothing where no more arrives */
  prepareNext(): NextArrival | undefined {
    if (this.#next === undefined) {
      const arrival = this.#input.arrivals.next();
      if (arrival.done === true) return undefined;
      const { request, dueMs } = arrival.value;
      this.#next = { dueAtMs: this.startMs + dueMs, request, ready: undefined, isHeldBack: false };
    }
    const next = this.#next;
    const connection = next.ready === undefined ? this.#pool.take() : undefined;
    if (connection !== undefined) {
      const { planned, prepared } = prepareRequest(this.#input, connection.adapter, next.request, false);
      next.ready = { connection, planned, prepared };
    }
    return next;
  }

  /** What comes next is on its way. */
  shift(): void {
    this.#next = undefined;
  }

  /** Gives up what was prepared. */
  clear(): void {
    if (this.#next?.ready !== undefined) this.#pool.free(this.#next.ready.connection);
    this.#next = undefined;
  }
}
