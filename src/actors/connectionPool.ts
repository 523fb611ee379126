import type { Client } from '../clients/client.ts';
import type { Exchange } from './exchange.ts';

/** A client that carries one request at a time. */
export interface Connection {
  readonly adapter: Client;
  /** What it carries, or carried last. */
  open: Exchange | undefined;
}

/** Connections of an open loop: as many as are needed at once, the one that was freed last taken first. */
export class ConnectionPool {
  readonly #create: () => Client;
  readonly #most: number;
  readonly #all: Connection[] = [];
  readonly #free: Connection[] = [];

  /** @param most connections that there may be */
  constructor(create: () => Client, most: number) {
    this.#create = create;
    this.#most = most;
  }

  /** Connections that are taken. */
  get inFlight(): number {
    return this.#all.length - this.#free.length;
  }

  /** @returns `undefined` where all that may be are taken */
  take(): Connection | undefined {
    const free = this.#free.pop();
    if (free !== undefined || this.#all.length >= this.#most) return free;
    const connection = { adapter: this.#create(), open: undefined };
    this.#all.push(connection);
    return connection;
  }

  free(connection: Connection): void {
    this.#free.push(connection);
  }

  /** Breaks off what is open. */
  cutOff(): void {
    for (const { open } of this.#all) open?.breakOff({ kind: 'aborted', reason: 'cancelled' });
  }

  /** Sends nothing again that has failed. */
  stopTrying(): void {
    for (const { open } of this.#all) open?.stopTrying();
  }

  close(): void {
    this.cutOff();
    for (const { adapter } of this.#all) adapter.close();
  }
}
