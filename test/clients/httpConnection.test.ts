import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { Failure } from '../../src/clients/client.ts';
import { HttpConnection } from '../../src/clients/httpConnection.ts';
import { serverWords } from '../../src/clients/httpFailure.ts';
import { respond, startFaultyServer } from './faultyServer.ts';

interface Exchanged {
  readonly marks: string[];
  readonly body: string;
  readonly failure?: Failure;
}

function post(connection: HttpConnection, cancelOn?: string): Promise<Exchanged> {
  const marks: string[] = [];
  let body = '';
  return new Promise((resolve) => {
    const mark = (name: string) => {
      marks.push(name);
      if (name === cancelOn) cancel();
    };
    const cancel = connection.post(
      { path: '/v1/completions', body: Buffer.from('{}') },
      {
        sent: () => queueMicrotask(() => mark('sent')),
        resent: ({ kind, reason }) => mark(`resent: ${kind} ${reason}`),
        headers: () => mark('headers'),
        received: (piece) => {
          body += Buffer.from(piece).toString();
        },
        ended: () => resolve({ marks, body }),
        failed: (failure) => resolve({ marks, body, failure }),
      },
    );
  });
}

async function exchange(answer: (socket: Socket) => void, cancelOn?: string): Promise<Exchanged> {
  const server = await startFaultyServer(answer);
  const connection = new HttpConnection(server.origin, { headers: [] });
  const result = await post(connection, cancelOn);
  connection.close();
  await server.close();
  return result;
}

test('an answer is marked at its sending, its head and its pieces', async () => {
  const { marks, body, failure } = await exchange((socket) => socket.write(respond('200 OK', 'hello')));
  expect({ marks, body, failure }).toEqual({ marks: ['sent', 'headers'], body: 'hello', failure: undefined });
});

test.each([
  [
    '500 Oops',
    '{"error":{"message":"out of memory"}}',
    { reason: 'status', httpStatus: 500, message: 'out of memory' },
  ],
  ['429 Slow', '{"message":"too many"}', { reason: 'throttled', httpStatus: 429, message: 'too many' }],
  ['529 Overloaded', '', { reason: 'throttled', httpStatus: 529, message: '' }],
  ['503 Busy', 'queue full\nretry', { reason: 'throttled', httpStatus: 503, message: 'queue full' }],
  ['304 Same', '', { reason: 'status', httpStatus: 304 }],
])('%s is a failure by HTTP status, in the words of the server', async (status, body, expected) => {
  const { failure } = await exchange((socket) => socket.write(respond(status, body)));
  expect(failure).toMatchObject({ kind: 'httpStatus', ...expected });
});

test.each([301, 302, 303, 307, 308])('%i names where it leads to, and nothing is sent there', async (status) => {
  let strangers = 0;
  const other = await startFaultyServer(() => strangers++);
  const there = `${other.origin}/v1/completions`;
  const told = await exchange((socket) => socket.write(respond(`${status} Go`, 'gone', [`Location: ${there}`])));
  expect(told.failure).toEqual({
    kind: 'httpStatus',
    reason: 'redirect',
    httpStatus: status,
    message: `it redirects to ${there}`,
  });
  const untold = await exchange((socket) => socket.write(respond(`${status} Go`, 'gone')));
  expect(untold.failure).toMatchObject({ reason: 'redirect', message: 'it redirects, and does not say where to' });
  await other.close();
  expect(strangers).toBe(0);
});

test('a connection that is refused is a failure to connect', async () => {
  const server = await startFaultyServer(() => {});
  await server.close();
  const connection = new HttpConnection(server.origin, { headers: [] });
  const { failure, marks } = await post(connection);
  connection.close();
  expect(failure).toMatchObject({ kind: 'connect', reason: 'refused' });
  expect(marks).toEqual([]);
});

test.each([
  [
    'announces that it closes, and closes within its answer',
    (socket: Socket) =>
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'),
    'stream',
    'truncated',
  ],
  ['closes without an answer', (socket: Socket) => socket.end(), 'stream', 'reset'],
  ['resets the connection', (socket: Socket) => socket.resetAndDestroy(), 'stream', 'reset'],
  [
    'ends before the announced length',
    (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'),
    'stream',
    'truncated',
  ],
  ['does not speak HTTP', (socket: Socket) => socket.end('SSH-2.0-OpenSSH\r\n'), 'protocol', 'badHttp'],
] as const)('a server that %s makes a failure', async (_, answer, kind, reason) => {
  const { failure } = await exchange(answer);
  expect(failure).toMatchObject({ kind, reason });
});

test('a cancelled exchange closes its socket', async () => {
  let closed = () => {};
  const socketClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const { failure } = await exchange((socket) => {
    socket.once('close', closed);
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n');
  }, 'headers');
  await socketClosed;
  expect(failure).toBeDefined();
});

test('the next request takes a new connection where the server closed the last', async () => {
  const server = await startFaultyServer((socket) => socket.end(respond('200 OK', 'x', ['connection: close'])));
  const connection = new HttpConnection(server.origin, { headers: [] });
  for (let request = 0; request < 5; request++) expect((await post(connection)).failure).toBeUndefined();
  connection.close();
  await server.close();
});

test.each([
  ['{"error":"plain"}', 'plain'],
  ['{"detail":"Not Found"}', 'Not Found'],
  ['<html>\nbad gateway', '<html>'],
  ['', ''],
])('the words of %j are %j', (body, words) => {
  expect(serverWords(body)).toBe(words);
});

test('a connection that is not reused asks to be closed, and the next answer comes over another one', async () => {
  const sockets = new Set<Socket>();
  const server = await startFaultyServer((socket) => {
    sockets.add(socket);
    socket.end(respond('200 OK', 'hello', ['keep-alive: timeout=5'])); // which it does not keep
  });
  const connection = new HttpConnection(server.origin, { headers: [], isReused: false });
  for (let turn = 0; turn < 5; turn++) expect(await post(connection)).toMatchObject({ body: 'hello' });
  expect(sockets.size).toBe(5);
  connection.close();
  await server.close();
});

/** A server that answers each request by the next of `answers`, the last one again and again, and counts connections. */
async function startScripted(...answers: readonly ((socket: Socket) => void)[]) {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = await startFaultyServer((socket) => {
    sockets.add(socket);
    answers[Math.min(requests++, answers.length - 1)]?.(socket);
  });
  return { ...server, counts: () => ({ requests, connections: sockets.size }) };
}

const hello = (socket: Socket) => void socket.write(respond('200 OK', 'hello'));

test('a request that meets a kept connection closed right after its last answer goes out again', async () => {
  const server = await startScripted((socket) => socket.end(respond('200 OK', 'hello')), hello);
  const connection = new HttpConnection(server.origin, { headers: [] });
  await post(connection);
  const { marks, body, failure } = await post(connection);
  connection.close();
  await server.close();
  expect({ body, failure }).toEqual({ body: 'hello', failure: undefined });
  expect(server.counts().connections).toBe(2);
  expect(marks.filter((mark) => mark.startsWith('resent')).length).toBeLessThanOrEqual(1);
});

test('a request goes out again once only, and never on a new connection', async () => {
  const server = await startScripted(hello, (socket) => socket.end());
  const connection = new HttpConnection(server.origin, { headers: [] });
  await post(connection);
  const second = await post(connection);
  expect(second.failure).toMatchObject({ kind: 'stream', reason: 'reset' });
  expect(second.marks).toContain('resent: connect keptTooLong');
  expect(server.counts()).toEqual({ requests: 3, connections: 2 });
  const third = await post(connection);
  expect(third.marks).not.toContain('resent: connect keptTooLong');
  connection.close();
  await server.close();
});

test('a reset is the failure of the server, also on a kept connection', async () => {
  const server = await startScripted(hello, (socket) => socket.resetAndDestroy());
  const connection = new HttpConnection(server.origin, { headers: [] });
  await post(connection);
  const { failure, marks } = await post(connection);
  expect(failure).toMatchObject({ kind: 'stream', reason: 'reset' });
  expect(marks).not.toContain('resent: connect keptTooLong');
  connection.close();
  await server.close();
});

test('a connection that is kept for no time is not used again', async () => {
  const server = await startScripted(
    (socket) => void socket.write(respond('200 OK', 'hello', ['keep-alive: timeout=1'])),
  );
  const connection = new HttpConnection(server.origin, { headers: [] });
  for (let turn = 0; turn < 3; turn++) await post(connection);
  expect(server.counts()).toEqual({ requests: 3, connections: 3 });
  connection.close();
  await server.close();
});

test('bytes that nobody asked for cost the connection, and not the answer before them', async () => {
  const server = await startScripted(
    (socket) => void socket.write(`${respond('200 OK', 'hello')}HTTP/1.1 408 Bye`),
    hello,
  );
  const connection = new HttpConnection(server.origin, { headers: [] });
  expect(await post(connection)).toMatchObject({ body: 'hello' });
  expect(await post(connection)).toMatchObject({ body: 'hello' });
  expect(server.counts()).toEqual({ requests: 2, connections: 2 });
  connection.close();
  await server.close();
});

test('a connection that is closed under an open request cuts it off, and carries the next one', async () => {
  const server = await startScripted(() => {}, hello);
  const connection = new HttpConnection(server.origin, { headers: [] });
  const open = post(connection);
  await expect.poll(() => server.counts().requests).toBe(1);
  expect(() => connection.post({ path: '/', body: '' }, silentWire)).toThrow('one request at a time');
  connection.close();
  expect((await open).failure).toEqual({ kind: 'aborted', reason: 'cancelled' });
  expect(await post(connection)).toMatchObject({ body: 'hello' });
  connection.close();
  await server.close();
});

test('a header with a line break is refused', () => {
  const connection = new HttpConnection('http://127.0.0.1:1', { headers: ['x-key', 'a\r\nx-other: b'] });
  expect(() => connection.post({ path: '/', body: Buffer.alloc(0) }, silentWire)).toThrow('x-key');
});

const silentWire = { sent() {}, headers() {}, received() {}, ended() {}, failed() {} };
