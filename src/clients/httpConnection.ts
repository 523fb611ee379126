import type { Cancel, Failure, Wire } from './client.ts';
import { HttpExchange, type RefineFailure } from './httpExchange.ts';
import { type ConnectOptions, HttpSocket, type SocketTarget } from './httpSocket.ts';

/** A POST, ready to go. */
export interface HttpRequest {
  readonly path: string;
  /** A short text is best left a text, which is encoded as it is written; {@link toHttpBody} knows. */
  readonly body: string | Buffer;
  /** Name, value, name, value, ... in place of the connection's. */
  readonly headers?: readonly string[];
}

/** How a connection is made and used. */
export interface HttpConnectionSettings {
  /** Name, value, name, value, ... sent with every request. */
  readonly headers: readonly string[];
  /** Whether requests follow one another on one connection, which is usual; else each has one of its own. */
  readonly isReused?: boolean;
  /** For servers that say more of a failure in headers. */
  readonly refine?: RefineFailure;
  /** Limits and TLS. */
  readonly connect?: ConnectOptions;
}

const connectTimeoutMs = 30_000;
/** What Node encodes on its way to the socket without a buffer. */
const shortText = 8 * 1024;

/** The body of a request, encoded beforehand where that takes time: it would be in the figures. */
export function toHttpBody(text: string): string | Buffer {
  return text.length < shortText ? text : Buffer.from(text);
}

const lostRace: Failure = {
  kind: 'connect',
  reason: 'keptTooLong',
  message: 'the server had closed the kept connection as the request went out',
};

/**
 * The keep-alive connection of one simulated user, over which requests go one at a time. Every deadline is the exchange's
 * own: none is hidden in here, since a long wait in a server's queue is a measurement and not an error.
 */
export class HttpConnection {
  readonly #target: SocketTarget;
  readonly #settings: HttpConnectionSettings;
  readonly #connect: ConnectOptions;
  #socket: HttpSocket | undefined;
  /** The head up to the length of the body, and what it was made of: nearly always what the last one was. */
  #head = '';
  #headPath: string | undefined;
  #headHeaders: readonly string[] = [];

  /** @param origin scheme, host and port */
  constructor(origin: string, settings: HttpConnectionSettings) {
    const { protocol, host, hostname, port } = new URL(origin);
    this.#target = { protocol, host, hostname: hostname.replace(/^\[|\]$/g, ''), port };
    this.#settings = settings;
    this.#connect = { timeout: connectTimeoutMs, ...settings.connect };
  }

  post({ path, body, headers = this.#settings.headers }: HttpRequest, wire: Wire<Uint8Array>): Cancel {
    if (path !== this.#headPath || headers !== this.#headHeaders) this.#buildHead(path, headers);
    const head = `${this.#head}${Buffer.byteLength(body)}\r\n\r\n`;
    const exchange = new HttpExchange(head, body, wire, this.#settings.refine);
    this.#carry(exchange);
    return () => {
      if (!exchange.isOver) this.close();
    };
  }

  /** Closes what is there; a request that is open is cut off. The next one takes a new connection. */
  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  /** @throws Error while another request is open */
  #carry(exchange: HttpExchange): void {
    if (this.#socket?.isBusy === true) throw new Error('a connection carries one request at a time');
    if (this.#socket?.isKept !== true) {
      this.close();
      this.#socket = new HttpSocket(this.#target, this.#connect, this.#resend);
    }
    this.#socket.carry(exchange);
  }

  readonly #resend = (exchange: HttpExchange): void => {
    exchange.resent(lostRace);
    this.#carry(exchange);
  };

  /** @throws Error where a path or a header would break out of its line */
  #buildHead(path: string, headers: readonly string[]): void {
    const connection = this.#settings.isReused === false ? 'close' : 'keep-alive';
    const lines = [`POST ${path} HTTP/1.1`, `host: ${this.#target.host}`, `connection: ${connection}`];
    for (let at = 0; at + 1 < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
    const broken = lines.find((line) => /[\r\n]/.test(line));
    if (broken !== undefined) throw new Error(`a header holds a line break: ${broken.split(/[:\r\n]/, 1)[0]}`);
    this.#head = `${lines.join('\r\n')}\r\ncontent-length: `;
    this.#headPath = path;
    this.#headHeaders = headers;
  }
}
