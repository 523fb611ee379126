import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and its server, on loopback: sees connections, and can cut an answer off. */
export interface Relay {
  /** The server's address with the relay's in its place. */
  readonly url: string;
  /** Connections that were made since the last {@link Relay.reset}. */
  readonly connections: number;
  /** Bytes that the server has sent since then. */
  readonly answerBytes: number;
  /** Resolves when every connection that is open now has closed; a client may have made a new one by then. */
  whenClosed(): Promise<void>;
  /** Counts anew. @param cutAfterBytes where the answer is cut off */
  reset(cutAfterBytes?: number): void;
  close(): Promise<void>;
}

/** Starts a relay to the host and port of a URL; undefined where it names none that can be relayed. */
export async function startRelay(url: string): Promise<Relay | undefined> {
  const target = addressOf(url);
  if (target === undefined) return undefined;
  const open = new Set<Socket>();
  let connections = 0;
  let answerBytes = 0;
  let cutAfterBytes = Number.POSITIVE_INFINITY;

  const server = createServer((near) => {
    const far = connect({ ...target, noDelay: true });
    connections++;
    open.add(near);
    near.setNoDelay(true);
    const end = () => {
      near.destroy();
      far.destroy();
    };
    near.on('data', (piece) => far.write(piece));
    far.on('data', (piece) => {
      const left = cutAfterBytes - answerBytes;
      answerBytes += piece.length;
      if (left >= piece.length) near.write(piece);
      else near.end(piece.subarray(0, Math.max(0, left)));
    });
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    near.on('close', () => open.delete(near));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: withAddress(url, port),
    get connections() {
      return connections;
    },
    get answerBytes() {
      return answerBytes;
    },
    async whenClosed() {
      await Promise.all(
        [...open].map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))),
      );
    },
    reset(cut = Number.POSITIVE_INFINITY) {
      connections = 0;
      answerBytes = 0;
      cutAfterBytes = cut;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Whether something listens where a URL points to. */
export async function isListening(url: string): Promise<boolean> {
  const target = addressOf(url);
  if (target === undefined) return false;
  const socket = connect(target);
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}

/** A URL of the same kind at which nothing listens. */
export async function refusedUrl(url: string): Promise<string> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return withAddress(url, port);
}

function addressOf(url: string): { readonly host: string; readonly port: number } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  // An encrypted connection is made for the server's name, and would not be made with the relay.
  if (hostname === '' || protocol === 'https:') return undefined;
  if (port === '' && protocol !== 'http:') return undefined;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) };
}

function withAddress(url: string, port: number): string {
  const parsed = new URL(url);
  parsed.hostname = '127.0.0.1';
  parsed.port = String(port);
  return parsed.href;
}
