import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Why a check that needs a relay says nothing about a client. */
export const noAddress = 'its server has no address that can be relayed';

/** Stands between a client and its server, on loopback: sees connections, can hold an answer back, and cut it off. */
export interface Relay {
  /** The server's address with the relay's in its place. */
  readonly url: string;
  /** Connections that were made since the last {@link Relay.reset}. */
  readonly connections: number;
  /** Bytes that the server has sent since then. */
  readonly answerBytes: number;
  /** What clients have sent since then. */
  readonly asked: string;
  /** Resolves when every connection that is open now has closed; a client may have made a new one by then. */
  whenClosed(): Promise<void>;
  /** Counts anew. */
  reset(plan?: RelayPlan): void;
  /** Passes on so many bytes of answers, counted since the reset; all of them by default. */
  pass(bytes?: number): void;
  close(): Promise<void>;
}

export interface RelayPlan {
  /** Where an answer, and its connection, is cut off. */
  readonly cutAfterBytes?: number;
  /** Where it is held back until {@link Relay.pass}. */
  readonly holdAfterBytes?: number;
}

/** Starts a relay to the host and port of a URL; undefined where it names none that can be relayed. */
export async function startRelay(url: string): Promise<Relay | undefined> {
  const target = addressOf(url);
  if (target === undefined) return undefined;
  const links = new Set<Link>();
  const everything = Number.POSITIVE_INFINITY;
  let connections = 0;
  let answerBytes = 0;
  let asked = '';
  let passedBytes = 0;
  let passesBytes = everything;
  let cutAfterBytes = everything;

  const server = createServer((near) => {
    connections++;
    const link = openLink(near, connect({ ...target, noDelay: true }), {
      sent: (piece) => {
        asked += piece.toString('latin1');
      },
      arrived: (bytes) => {
        answerBytes += bytes;
      },
      grant: (wanted) => {
        const granted = Math.max(0, Math.min(wanted, passesBytes - passedBytes, cutAfterBytes - passedBytes));
        passedBytes += granted;
        return { granted, isCut: granted < wanted && passedBytes >= cutAfterBytes };
      },
    });
    links.add(link);
    near.on('close', () => links.delete(link));
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
    get asked() {
      return asked;
    },
    async whenClosed() {
      await Promise.all([...links].map(({ near }) => new Promise<void>((resolve) => near.once('close', resolve))));
    },
    reset({ cutAfterBytes: cut = everything, holdAfterBytes = everything } = {}) {
      connections = answerBytes = passedBytes = 0;
      asked = '';
      cutAfterBytes = cut;
      passesBytes = holdAfterBytes;
    },
    pass(bytes = everything) {
      passesBytes = bytes;
      for (const { flush } of links) flush();
    },
    async close() {
      for (const { near } of links) near.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** One connection of a client and its continuation to the server. */
interface Link {
  readonly near: Socket;
  /** Passes on what was held back, as far as it may. */
  readonly flush: () => void;
}

interface LinkRules {
  readonly sent: (piece: Buffer) => void;
  readonly arrived: (bytes: number) => void;
  /** How many of so many bytes may pass; `isCut` where the connection ends behind them. */
  readonly grant: (wanted: number) => { readonly granted: number; readonly isCut: boolean };
}

function openLink(near: Socket, far: Socket, { sent, arrived, grant }: LinkRules): Link {
  let held: Buffer = Buffer.alloc(0);
  let isOver = false;
  near.setNoDelay(true);
  const endBoth = () => {
    near.destroy();
    far.destroy();
  };
  const flush = () => {
    const { granted, isCut } = grant(held.length);
    const passing = held.subarray(0, granted);
    held = held.subarray(granted);
    if (isCut) near.end(passing);
    else if (granted > 0) near.write(passing);
    if (isOver && held.length === 0) near.end();
  };
  near.on('data', (piece: Buffer) => {
    sent(piece);
    far.write(piece);
  });
  far.on('data', (piece) => {
    arrived(piece.length);
    held = Buffer.concat([held, piece]);
    flush();
  });
  far.on('close', () => {
    isOver = true;
    if (held.length === 0) endBoth();
  });
  far.on('error', () => {});
  near.on('error', endBoth).on('close', endBoth);
  return { near, flush };
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
