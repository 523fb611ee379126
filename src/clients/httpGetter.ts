import http from 'node:http';
import https from 'node:https';
import type { Clock } from '../core/clock.ts';

/** The answer to a small GET. */
export interface GetAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Its first 64 KiB, or what the getter was made for. */
  readonly body: string;
  /** From the sending until the head of the answer. */
  readonly tookMs: number;
  /** What the connection took, where a new one was made: name, TCP, and TLS where there is any. */
  readonly connectMs?: number;
}

const timeLimitMs = 2000;
const usualBody = 64 * 1024;

/** Asks a server small questions over one connection. Nothing is thrown: a server that does not answer is an answer. */
export class HttpGetter {
  readonly #origin: string;
  readonly #headers: http.OutgoingHttpHeaders;
  readonly #clock: Clock;
  readonly #module: typeof http | typeof https;
  readonly #agent: http.Agent;
  readonly #largestBody: number;

  /**
   * @param headers name, value, name, value, ...
   * @param largestBody in bytes; of longer ones the rest is not read
   */
  constructor(origin: string, headers: readonly string[], clock: Clock, largestBody = usualBody) {
    this.#origin = origin;
    this.#headers = paired(headers);
    this.#clock = clock;
    this.#largestBody = largestBody;
    this.#module = origin.startsWith('https:') ? https : http;
    this.#agent = new this.#module.Agent({ keepAlive: true, maxSockets: 1 });
  }

  /** @returns undefined where no answer came within 2 s */
  get(path: string, signal?: AbortSignal): Promise<GetAnswer | undefined> {
    const limit = AbortSignal.timeout(timeLimitMs);
    const either = signal === undefined ? limit : AbortSignal.any([limit, signal]);
    return new Promise((resolve) => {
      const startedAtMs = this.#clock.nowMs();
      let connectedAtMs: number | undefined;
      const options = { agent: this.#agent, headers: this.#headers, signal: either };
      const request = this.#module.get(this.#origin + path, options);
      request.on('error', () => resolve(undefined));
      request.on('socket', (socket) => {
        if (!socket.connecting) return;
        socket.once(this.#module === https ? 'secureConnect' : 'connect', () => {
          connectedAtMs = this.#clock.nowMs();
        });
      });
      request.on('response', (response) => {
        const { statusCode: status = 0, headers } = response;
        const tookMs = this.#clock.nowMs() - (connectedAtMs ?? startedAtMs);
        const connectMs = connectedAtMs === undefined ? {} : { connectMs: connectedAtMs - startedAtMs };
        readStart(response, this.#largestBody, (body) => resolve({ status, headers, body, tookMs, ...connectMs }));
      });
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** What is longer than anybody needs is broken off, which costs the connection. */
function readStart(response: http.IncomingMessage, largestBody: number, done: (body: string) => void): void {
  const pieces: Buffer[] = [];
  let bytes = 0;
  response.on('data', (piece: Buffer) => {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= largestBody) response.destroy();
  });
  response.on('error', () => {}); // what came before is enough to tell who it is
  response.on('close', () => done(Buffer.concat(pieces, bytes).toString('utf8', 0, largestBody)));
}

function paired(headers: readonly string[]): http.OutgoingHttpHeaders {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) pairs.push([headers[at] ?? '', headers[at + 1] ?? '']);
  return Object.fromEntries(pairs);
}
