import type { buildConnector, Dispatcher } from 'undici';
// Not from the package's index, which loads fetch, WebSocket and more: 10 MB and 50 ms at every start.
import createConnector from 'undici/lib/core/connect.js';
import HttpClient from 'undici/lib/dispatcher/client.js';
import type { Clock } from '../core/clock.ts';

/** The answer to a small GET. */
export interface GetAnswer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its first 64 KiB, or what the getter was made for. */
  readonly body: string;
  /** From the sending until the head of the answer. */
  readonly tookMs: number;
  /** What the connection took, where a new one was made: name, TCP, and TLS where there is any. */
  readonly connectMs?: number;
}

const usualLimitMs = 2000;
const usualBody = 64 * 1024;

/** Asks a server small questions over one connection. Nothing is thrown: a server that does not answer is an answer. */
export class HttpGetter {
  readonly #headers: readonly string[];
  readonly #clock: Clock;
  readonly #client: HttpClient;
  readonly #largestBody: number;
  #connectMs: number | undefined;
  #isConnected = false;

  /**
   * @param headers name, value, name, value, ...
   * @param tls how certificates are treated
   * @param largestBody in bytes; of longer ones the rest is not read
   */
  constructor(
    origin: string,
    headers: readonly string[],
    clock: Clock,
    tls: buildConnector.BuildOptions = {},
    largestBody = usualBody,
  ) {
    this.#headers = headers;
    this.#clock = clock;
    this.#largestBody = largestBody;
    this.#client = new HttpClient(origin, {
      pipelining: 1,
      connect: this.#timed(createConnector({ ...tls, timeout: usualLimitMs })),
    });
  }

  #timed(connect: buildConnector.connector): buildConnector.connector {
    return (target, callback) => {
      const startedAtMs = this.#clock.nowMs();
      return connect(target, (...told) => {
        this.#connectMs = this.#clock.nowMs() - startedAtMs;
        this.#isConnected ||= told[0] === null;
        callback(...told);
      });
    };
  }

  /** Whether there was ever somebody who could have answered. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** @returns undefined where no answer came in time, or none that is HTTP, or `signal` was aborted */
  get(path: string, signal?: AbortSignal, limitMs = usualLimitMs): Promise<GetAnswer | undefined> {
    if (signal?.aborted === true) return Promise.resolve(undefined);
    const limit = AbortSignal.timeout(limitMs);
    const either = signal === undefined ? limit : AbortSignal.any([limit, signal]);
    this.#connectMs = undefined;
    return new Promise((resolve) => {
      const handler = new GetHandler(this.#clock, this.#largestBody, (answer) =>
        resolve(answer && { ...answer, ...(this.#connectMs === undefined ? {} : { connectMs: this.#connectMs }) }),
      );
      either.addEventListener('abort', () => handler.giveUp(), { once: true });
      this.#client.dispatch({ method: 'GET', path, headers: this.#headers as string[] }, handler);
    });
  }

  close(): void {
    void this.#client.destroy();
  }
}

/** Collects the start of an answer; what is longer than anybody needs is broken off, which costs the connection. */
class GetHandler implements Dispatcher.DispatchHandler {
  readonly #clock: Clock;
  readonly #largestBody: number;
  readonly #done: (answer: GetAnswer | undefined) => void;
  #abort: ((error?: Error) => void) | undefined;
  #sentAtMs = 0;
  #head: Pick<GetAnswer, 'status' | 'headers' | 'tookMs'> | undefined;
  readonly #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(clock: Clock, largestBody: number, done: (answer: GetAnswer | undefined) => void) {
    this.#clock = clock;
    this.#largestBody = largestBody;
    this.#done = done;
  }

  giveUp(): void {
    this.#done(undefined);
    this.#abort?.(new Error('given up'));
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    this.#sentAtMs = this.#clock.nowMs();
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    if (status < 200) return true;
    const tookMs = this.#clock.nowMs() - this.#sentAtMs;
    this.#head = { status, headers: namedHeaders(headers.map((part) => part.toString('latin1'))), tookMs };
    return true;
  }

  onData(piece: Buffer): boolean {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes >= this.#largestBody) this.#abort?.(new Error('long enough'));
    return true;
  }

  onComplete(): void {
    this.#finish();
  }

  /** What came before is enough to tell who it is. */
  onError(): void {
    this.#finish();
  }

  #finish(): void {
    const body = Buffer.concat(this.#pieces, this.#bytes).toString('utf8', 0, this.#largestBody);
    this.#done(this.#head && { ...this.#head, body });
  }
}

function namedHeaders(parts: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < parts.length; at += 2) headers[(parts[at] ?? '').toLowerCase()] = parts[at + 1] ?? '';
  return headers;
}
