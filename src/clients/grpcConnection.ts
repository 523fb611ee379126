import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import type { Cancel, Wire } from './client.ts';
import { GrpcExchange } from './grpcExchange.ts';
import type { GrpcTarget } from './grpcTarget.ts';

/** A call, ready to go. */
export interface GrpcCall {
  readonly path: string;
  /** The message in its frame. */
  readonly body: Buffer;
}

/** What a server may send before we have taken it: no answer of a language model waits for us to make room. */
const windowBytes = 2 ** 24;

/**
 * The HTTP/2 connection of one simulated user, without encryption. It is Node's own HTTP/2 and not a gRPC library: the
 * stamps are those of the frames as they leave and come, messages are read later, and a worker has nothing more to load.
 */
export class GrpcConnection {
  readonly #target: GrpcTarget;
  readonly #timeoutSec: number | undefined;
  #session: ClientHttp2Session | undefined;

  /** @param timeoutSec told to the server with each call, after which it may give up; our own deadlines are elsewhere */
  constructor(target: GrpcTarget, timeoutSec?: number) {
    this.#target = target;
    this.#timeoutSec = timeoutSec;
  }

  /** Sends a call at once. What is returned ends it, and the connection with it. */
  call({ path, body }: GrpcCall, wire: Wire<Uint8Array>): Cancel {
    if (this.#session === undefined || this.#session.closed || this.#session.destroyed) this.#session = this.#open();
    const exchange = new GrpcExchange(this.#session, wire);
    exchange.start(this.#headers(path), body);
    return () => exchange.cancel();
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  #open(): ClientHttp2Session {
    const { host, port } = this.#target;
    const session = connect('http://localhost', {
      createConnection: () => connectSocket({ host, port, noDelay: true }),
      settings: { enablePush: false, initialWindowSize: windowBytes },
    });
    session.once('connect', () => {
      if (!session.destroyed) session.setLocalWindowSize(windowBytes);
    });
    session.on('error', () => {}); // the exchange hears of it, where there is one
    return session;
  }

  #headers(path: string): OutgoingHttpHeaders {
    return {
      ':method': 'POST',
      ':path': path,
      ':authority': `${this.#target.host}:${this.#target.port}`,
      te: 'trailers',
      'content-type': 'application/grpc',
      'user-agent': 'deepspeedometer',
      ...(this.#timeoutSec === undefined ? {} : { 'grpc-timeout': `${Math.ceil(this.#timeoutSec)}S` }),
    };
  }
}
