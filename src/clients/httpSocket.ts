import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
// Not from the package's index, which loads fetch, WebSocket and more: 10 MB and 50 ms in every worker.
import createConnector from 'undici/lib/core/connect.js';
import { monotonicMs } from '../core/clock.ts';
import type { Failure } from './client.ts';
import { HttpAnswerReader } from './httpAnswer.ts';
import type { HttpExchange } from './httpExchange.ts';
import { HttpSyntaxError } from './httpHead.ts';
import { transportFailure } from './transportFailure.ts';

/** Where a socket goes to, as undici's connector wants to know it. */
export type SocketTarget = Pick<buildConnector.Options, 'hostname' | 'host' | 'protocol' | 'port'>;

/** How it is opened: limits and TLS, in the words of undici's connector. */
export type ConnectOptions = Partial<buildConnector.BuildOptions>;

const readBytes = 64 * 1024;
/** Elsewhere a read is filled in and handed over in one go, so that all sockets can share the room for it. */
const sharedRoom = process.platform === 'win32' ? undefined : Buffer.allocUnsafeSlow(readBytes);
/** A server's word on how long it keeps a connection is not used to the last moment. */
const keepAliveMarginMs = 1000;
const never = Number.POSITIVE_INFINITY;

/**
 * One connection to a server, which carries one request at a time. undici opens it (addresses, TLS, its limit of time);
 * from there on it is read and written with nothing in between, since that is what is measured.
 */
export class HttpSocket {
  /** Tells of a request that came too late on a connection which had answered before. */
  readonly #onLostRace: (exchange: HttpExchange) => void;
  readonly #socket: Socket;
  readonly #reader = new HttpAnswerReader();
  #exchange: HttpExchange | undefined;
  #isConnected = false;
  #isGone = false;
  #answers = 0;
  #idleUntilMs = never;

  constructor(target: SocketTarget, options: ConnectOptions, onLostRace: (exchange: HttpExchange) => void) {
    this.#onLostRace = onLostRace;
    const buffer = sharedRoom ?? Buffer.allocUnsafeSlow(readBytes);
    const callback = (length: number) => {
      const bytes = Buffer.allocUnsafe(length);
      buffer.copy(bytes, 0, 0, length);
      this.#read(bytes);
      return true;
    };
    // undici hands its options on to net.connect and tls.connect, whatever they are.
    const connect = createConnector({ ...options, onread: { buffer, callback } } as ConnectOptions);
    const opened: unknown = connect(target, (...[error]) => this.#connected(error));
    this.#socket = opened as Socket;
    this.#socket.on('error', (error) => this.#closed(error));
    this.#socket.on('end', () => this.#closed());
    this.#socket.on('close', () => this.#closed());
  }

  get isBusy(): boolean {
    return this.#exchange !== undefined;
  }

  /** Whether the next request can go over it. */
  get isKept(): boolean {
    return !this.#isGone && this.#isWithinKeepAlive();
  }

  #isWithinKeepAlive(): boolean {
    return this.#idleUntilMs === never || monotonicMs() < this.#idleUntilMs; // no clock is read in vain
  }

  carry(exchange: HttpExchange): void {
    this.#exchange = exchange;
    if (this.#isConnected) this.#send(exchange);
  }

  /** A request that is open is cut off. */
  destroy(): void {
    this.#isGone = true;
    this.#socket.destroy();
    this.#takeExchange()?.cancelled();
  }

  #takeExchange(): HttpExchange | undefined {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    return exchange;
  }

  #connected(error: Error | null): void {
    const exchange = this.#exchange;
    if (error !== null) this.#closed(error);
    else if (!this.#isGone) {
      this.#isConnected = true;
      if (exchange !== undefined) this.#send(exchange);
    }
  }

  #send(exchange: HttpExchange): void {
    const { head, body } = exchange;
    this.#reader.begin(exchange);
    exchange.sent();
    const socket = this.#socket;
    if (typeof body === 'string') {
      socket.write(head + body);
      return;
    }
    socket.cork();
    socket.write(head);
    socket.write(body);
    socket.uncork();
  }

  #read(bytes: Buffer): void {
    const exchange = this.#exchange;
    if (this.#isGone) return;
    if (exchange === undefined) {
      this.destroy(); // nobody has asked
      return;
    }
    try {
      const read = this.#reader.push(bytes);
      if (this.#reader.isWhole) this.#answered(exchange, read === bytes.length);
    } catch (thrown) {
      if (!(thrown instanceof HttpSyntaxError)) throw thrown;
      this.#exchange = undefined;
      this.destroy();
      exchange.failed({ kind: 'protocol', reason: 'badHttp', message: thrown.message });
    }
  }

  /** The next request may leave inside `ended`: all is set for it before. */
  #answered(exchange: HttpExchange, isClean: boolean): void {
    const { keepsAlive, keepAliveMs } = this.#reader;
    this.#exchange = undefined;
    this.#answers++;
    if (!keepsAlive || !isClean) this.destroy();
    else this.#idleUntilMs = keepAliveMs === undefined ? never : monotonicMs() + keepAliveMs - keepAliveMarginMs;
    exchange.ended();
  }

  #closed(error?: Error & { code?: string }): void {
    if (this.#isGone) return;
    const exchange = this.#takeExchange();
    this.destroy();
    if (exchange === undefined) return;
    if (!this.#isConnected) exchange.failed(transportFailure(error ?? endedEarly, false));
    else if (error === undefined && this.#reader.endsWithConnection) exchange.ended();
    else if (this.#raceWasLost(exchange, error)) this.#onLostRace(exchange);
    else exchange.failed(this.#brokenOff(error));
  }

  /**
   * The server had closed a connection that was kept, while the request was on its way. It says so by an end without a
   * byte, or by EPIPE; a server that breaks off what it has read resets the connection.
   */
  #raceWasLost({ isResent }: HttpExchange, error: { code?: string } | undefined): boolean {
    if (isResent || this.#answers === 0 || this.#reader.hasBegun) return false;
    return error === undefined || error.code === 'EPIPE';
  }

  /** Within an answer a reset is as good as an end: where it comes right behind data, Node reports no other thing. */
  #brokenOff(error: Error | undefined): Failure {
    const { hasBegun } = this.#reader;
    const where = hasBegun ? 'within the answer' : 'without an answer';
    const failure: Failure =
      error === undefined
        ? { kind: 'stream', reason: 'reset', message: `the connection was closed ${where}` }
        : transportFailure(error, true);
    return hasBegun && failure.reason === 'reset' ? { ...failure, reason: 'truncated' } : failure;
  }
}

const endedEarly = new Error('the connection was closed before it was open');
