import type { Dispatcher } from 'undici';
// Not from the package's index, which loads fetch, WebSocket and more: 10 MB and 50 ms in every worker.
import HttpClient from 'undici/lib/dispatcher/client.js';
import { maskUserInfo } from '../core/maskUserInfo.ts';
import type { Cancel, Failure, Wire } from './client.ts';
import { retryAfterMs } from './retryAfter.ts';
import { transportFailure } from './transportFailure.ts';

/** A POST, ready to go. */
export interface HttpRequest {
  readonly path: string;
  readonly body: Buffer;
  /** Name, value, name, value, ... in place of the connection's. */
  readonly headers?: readonly string[];
}

/** What a failure by status becomes by the headers of the answer, which are name, value, name, value, ... */
export type RefineFailure = (failure: Failure, headers: readonly string[]) => Failure;

const longestErrorBody = 4096;

/**
 * One keep-alive connection of one simulated user. Every deadline is the exchange's own: none is hidden in here, since a
 * long wait in a server's queue is a measurement and not an error.
 */
export class HttpConnection {
  readonly #client: HttpClient;
  readonly #headers: readonly string[];
  readonly #isReused: boolean;
  readonly #refine: RefineFailure;

  /**
   * @param headers name, value, name, value, ... sent with every request.
   * @param isReused whether requests follow one another on one connection; else each has one of its own.
   * @param refine for servers that say more of a failure in headers
   */
  constructor(
    origin: string,
    headers: readonly string[],
    isReused = true,
    refine: RefineFailure = (failure) => failure,
  ) {
    this.#refine = refine;
    this.#headers = headers;
    this.#isReused = isReused;
    this.#client = new HttpClient(origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 60_000,
      connect: { timeout: 30_000 },
    });
  }

  post(request: HttpRequest, wire: Wire<Uint8Array>): Cancel {
    const exchange = new HttpExchange(wire, this.#refine);
    const { path, body, headers = this.#headers } = request;
    this.#client.dispatch(
      { method: 'POST', path, headers: headers as string[], body, reset: !this.#isReused },
      exchange,
    );
    return () => exchange.cancel();
  }

  close(): void {
    void this.#client.destroy();
  }
}

/**
 * Takes undici's older form of handler, which is the one it works with inside: it wraps the newer one for every request
 * and parses headers that nobody reads, for a tenth of what a request costs.
 */
class HttpExchange implements Dispatcher.DispatchHandler {
  readonly #wire: Wire<Uint8Array>;
  readonly #refine: RefineFailure;
  #errorHeaders: readonly string[] = [];
  #abort: ((error: Error) => void) | undefined;
  #cancelled = false;
  #status = 0;
  #errorBody = '';

  constructor(wire: Wire<Uint8Array>, refine: RefineFailure) {
    this.#wire = wire;
    this.#refine = refine;
  }

  cancel(): void {
    this.#cancelled = true;
    this.#abort?.(new Error('cancelled'));
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    if (this.#cancelled) abort(new Error('cancelled'));
    else this.#wire.sent();
  }

  onHeaders(statusCode: number, headers: Buffer[]): boolean {
    if (statusCode >= 300) this.#errorHeaders = headers.map((part, at) => textOfHeader(part, at));
    if (statusCode >= 200) {
      this.#wire.headers();
      this.#status = statusCode;
    }
    return true;
  }

  onData(piece: Buffer): boolean {
    if (this.#status < 300) this.#wire.received(piece);
    else if (this.#errorBody.length < longestErrorBody) this.#errorBody += piece.toString('utf8');
    return true;
  }

  onComplete(): void {
    if (this.#status < 300) this.#wire.ended();
    else this.#wire.failed(this.#statusFailure());
  }

  onError(error: Error): void {
    if (this.#cancelled) this.#wire.failed({ kind: 'aborted', reason: 'cancelled' });
    else if (this.#status >= 300) this.#wire.failed(this.#statusFailure());
    else this.#wire.failed(transportFailure(error, this.#abort !== undefined));
  }

  #statusFailure(): Failure {
    const failure = redirects.has(this.#status)
      ? redirectFailure(this.#status, this.#errorHeaders)
      : statusFailure(this.#status, this.#errorBody);
    const waitMs = retryAfterMs(this.#errorHeaders);
    return this.#refine(waitMs === undefined ? failure : { ...failure, retryAfterMs: waitMs }, this.#errorHeaders);
  }
}

/** Names stand before their values, and are the same in any case. */
function textOfHeader(part: Buffer, at: number): string {
  const text = part.toString('latin1');
  return at % 2 === 0 ? text.toLowerCase() : text;
}

/** Requests are never sent on: a key goes to the address that was given, and a detour is no measurement. */
const redirects = new Set([301, 302, 303, 307, 308]);

/** 529 is Anthropic's. */
const throttlingStatuses = new Set([429, 503, 529]);

function statusFailure(httpStatus: number, body: string): Failure {
  const reason = throttlingStatuses.has(httpStatus) ? 'throttled' : 'status';
  return { kind: 'httpStatus', reason, message: serverWords(body), httpStatus };
}

function redirectFailure(httpStatus: number, headers: readonly string[]): Failure {
  const at = headers.findIndex((part, index) => index % 2 === 0 && part === 'location');
  const location = at === -1 ? undefined : headers[at + 1];
  const message = location ? `it redirects to ${maskUserInfo(location)}` : 'it redirects, and does not say where to';
  return { kind: 'httpStatus', reason: 'redirect', message, httpStatus };
}

/** What a server says of an error, out of the JSON forms that servers use, else its first line. */
export function serverWords(body: string): string {
  try {
    const parsed = JSON.parse(body) as { error?: { message?: unknown } | string; message?: unknown; detail?: unknown };
    const words =
      typeof parsed.error === 'object' ? parsed.error.message : (parsed.error ?? parsed.message ?? parsed.detail);
    if (typeof words === 'string') return words.slice(0, 300);
  } catch {
    // not JSON: the text itself speaks
  }
  return (body.trim().split('\n')[0] ?? '').slice(0, 300);
}
