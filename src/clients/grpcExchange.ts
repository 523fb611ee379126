import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { Failure, Wire } from './client.ts';
import { grpcFailure } from './grpcStatus.ts';
import { transportFailure } from './transportFailure.ts';

/** One call over a connection, from its sending to its status: stamps what happens, and reads nothing of it. */
export class GrpcExchange {
  readonly #session: ClientHttp2Session;
  readonly #wire: Wire<Uint8Array>;
  #stream: ClientHttp2Stream | undefined;
  #status: IncomingHttpHeaders | undefined;
  #error: Error | undefined;
  #isCancelled = false;
  #isClosed = false;

  constructor(session: ClientHttp2Session, wire: Wire<Uint8Array>) {
    this.#session = session;
    this.#wire = wire;
  }

  /** Sends it once the connection is there. */
  start(headers: OutgoingHttpHeaders, body: Buffer): void {
    const session = this.#session;
    if (!session.connecting) {
      this.#send(headers, body);
      return;
    }
    const onError = (error: Error) => {
      this.#error = error;
    };
    const onClose = () => this.#conclude();
    session.once('error', onError).once('close', onClose);
    session.once('connect', () => {
      session.off('error', onError).off('close', onClose);
      this.#send(headers, body);
    });
  }

  /** Closes the connection: the server is not to go on, and no later answer is to wait behind this one. */
  cancel(): void {
    if (this.#isClosed) return;
    this.#isCancelled = true;
    this.#session.destroy();
  }

  #send(headers: OutgoingHttpHeaders, body: Buffer): void {
    if (this.#session.destroyed || this.#session.closed) {
      this.#conclude();
      return;
    }
    const stream = this.#session.request(headers);
    this.#stream = stream;
    stream.on('response', (answered) => this.#onHeaders(answered));
    stream.on('data', (piece: Buffer) => {
      if (!this.#isClosed) this.#wire.received(piece);
    });
    stream.once('trailers', (trailers) => {
      this.#status = trailers;
    });
    stream.once('error', (error) => {
      this.#error = error;
    });
    stream.once('end', () => {
      if (this.#status !== undefined) this.#conclude();
    });
    stream.once('close', () => this.#conclude());
    stream.end(body);
    this.#wire.sent();
  }

  #onHeaders(headers: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
    this.#wire.headers();
    const { ':status': httpStatus = 0, 'content-type': type = 'without a type' } = headers;
    if (httpStatus !== 200) {
      this.#refuse({ kind: 'httpStatus', reason: 'status', message: `no gRPC: HTTP ${httpStatus}`, httpStatus });
    } else if (!type.startsWith('application/grpc')) {
      this.#refuse({ kind: 'protocol', reason: 'notGrpc', message: `no gRPC: an answer ${type}` });
    } else if (headers['grpc-status'] !== undefined) this.#status = headers; // an answer without messages
  }

  /** The rest of the answer is of no use. */
  #refuse(failure: Failure): void {
    this.#close(failure);
    this.#stream?.close(constants.NGHTTP2_CANCEL);
  }

  #conclude(): void {
    if (this.#isCancelled) this.#close({ kind: 'aborted', reason: 'cancelled' });
    else if (this.#status !== undefined) this.#close(failureOf(this.#status, this.#stream?.readableDidRead === true));
    else if (this.#error !== undefined) this.#close(transportFailure(this.#error, this.#stream !== undefined));
    else this.#close({ ...withoutStatus, kind: this.#stream === undefined ? 'connect' : 'stream' });
  }

  #close(failure: Failure | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (failure === undefined) this.#wire.ended();
    else this.#wire.failed(failure);
  }
}

const withoutStatus = { reason: 'reset', message: 'the connection ended without the status of the call' } as const;

function failureOf(status: IncomingHttpHeaders, hasBegun: boolean): Failure | undefined {
  const code = status['grpc-status'];
  if (code === undefined) return { kind: 'stream', ...withoutStatus };
  const message = status['grpc-message'];
  return grpcFailure(String(code), message === undefined ? '' : String(message), hasBegun);
}
