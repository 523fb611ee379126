import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { Failure } from '../../src/clients/client.ts';
import { HttpConnection, serverWords } from '../../src/clients/httpConnection.ts';
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
  const connection = new HttpConnection(server.origin, []);
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
  const connection = new HttpConnection(server.origin, []);
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
    'reset',
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
  const connection = new HttpConnection(server.origin, []);
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
  const connection = new HttpConnection(server.origin, [], false);
  for (let turn = 0; turn < 5; turn++) expect(await post(connection)).toMatchObject({ body: 'hello' });
  expect(sockets.size).toBe(5);
  connection.close();
  await server.close();
});
