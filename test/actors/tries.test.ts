import { expect, test } from 'vitest';
import type { Client, Failure, Wire } from '../../src/clients/client.ts';
import { createSimulatedWorker, plannedRequest } from './simulatedWorker.ts';

const throttled: Failure = { kind: 'httpStatus', reason: 'throttled', message: 'busy', httpStatus: 429 };
const refused: Failure = { kind: 'connect', reason: 'refused' };

/** One request that may be sent three times, 100 ms apart; the test plays its server. */
function startRequest(limits: { requestTimeoutMs?: number; noProgressTimeoutMs?: number } = {}) {
  const retryPolicy = { waitMs: (_: Failure, __: number, failed: number) => (failed < 3 ? 100 : undefined) };
  const worker = createSimulatedWorker({ ...limits, retryPolicy });
  const wires: Wire<string>[] = [];
  const cancelled: number[] = [];
  const closed: number[] = [];
  const client: Client<unknown, string> = {
    startService: async () => ({}),
    stopService: async () => {},
    prepareRequest: () => undefined,
    sendRequest: (_, wire) => {
      const number = wires.push(wire) - 1;
      return () => void cancelled.push(number);
    },
    processResponse: (_, answer) => ({
      read: (piece, atMs) => void answer.output(atMs, piece, 1),
      end: () => undefined,
    }),
    close: () => {},
  };
  const exchange = worker.desk.send(client as unknown as Client, undefined, {
    ...{ level: 0, client: 0, planned: plannedRequest(0), scheduledAtMs: 0 },
    onClosed: (atMs) => void closed.push(atMs),
  });
  const types = () => worker.events.map(({ type }) => type);
  return { ...worker, exchange, wires, cancelled, closed, types };
}

test('a request that is sent again is one request, whose latencies count from its first sending', () => {
  const { wires, pass, events, closed } = startRequest();
  wires[0]?.sent();
  pass(10);
  wires[0]?.headers();
  wires[0]?.failed(throttled);
  pass(100);
  wires[1]?.sent();
  pass(5);
  wires[1]?.headers();
  wires[1]?.received('x');
  wires[1]?.ended();
  pass(1);
  expect(events).toMatchObject([
    { type: 'request.sent', atMs: 0 },
    { type: 'request.retried', atMs: 10, failedTry: 1, waitMs: 100, ...throttled },
    { type: 'request.progressed' },
    { type: 'request.completed', sentAtMs: 0, headersAtMs: 115, firstTokenAtMs: 115, closedAtMs: 115, outputTokens: 1 },
  ]);
  expect(closed).toEqual([115]);
});

test('a request that met a kept connection being closed is one request, and its log says that it went out twice', () => {
  const { wires, pass, events } = startRequest();
  wires[0]?.sent();
  pass(3);
  wires[0]?.resent?.({ kind: 'connect', reason: 'keptTooLong' });
  wires[0]?.sent();
  pass(5);
  wires[0]?.failed(throttled);
  pass(100);
  wires[1]?.ended();
  pass(1);
  expect(events).toMatchObject([
    { type: 'request.sent', atMs: 0 },
    { type: 'request.retried', atMs: 3, failedTry: 1, waitMs: 0, kind: 'connect', reason: 'keptTooLong' },
    { type: 'request.retried', atMs: 8, failedTry: 2, waitMs: 100, ...throttled },
    { type: 'request.completed', sentAtMs: 0 },
  ]);
});

test('a request that never got through fails as its last try did', () => {
  const { wires, pass, types, events } = startRequest();
  for (const failure of [refused, refused, throttled]) {
    wires.at(-1)?.failed(failure);
    pass(100);
  }
  expect(wires).toHaveLength(3);
  expect(types()).toEqual(['request.retried', 'request.retried', 'request.failed']);
  expect(events.at(-1)).toMatchObject({ kind: 'httpStatus', httpStatus: 429 });
});

test('a try that failed has no more to say', () => {
  const { wires, pass, types } = startRequest();
  wires[0]?.sent();
  wires[0]?.failed(throttled);
  wires[0]?.received('late');
  wires[0]?.ended();
  pass(100);
  wires[0]?.failed(throttled);
  wires[1]?.ended();
  pass(1);
  expect(wires).toHaveLength(2);
  expect(types()).toEqual(['request.sent', 'request.retried', 'request.completed']);
});

test('an answer that has begun is not asked for again', () => {
  const { wires, pass, types } = startRequest();
  wires[0]?.sent();
  wires[0]?.received('x');
  wires[0]?.failed(throttled);
  pass(200);
  expect(wires).toHaveLength(1);
  expect(types()).toEqual(['request.sent', 'request.progressed', 'request.failed']);
});

test('the deadline is that of the request: it ends the wait, and nothing is sent after it', () => {
  const { wires, pass, events } = startRequest({ requestTimeoutMs: 50 });
  wires[0]?.sent();
  wires[0]?.failed(throttled);
  pass(50);
  expect(events.at(-1)).toMatchObject({ type: 'request.failed', kind: 'timeout', closedAtMs: 50 });
  pass(200);
  expect(wires).toHaveLength(1);
});

test('the silence of a wait is none of the server', () => {
  const { wires, pass, types } = startRequest({ noProgressTimeoutMs: 60 });
  wires[0]?.sent();
  wires[0]?.failed(throttled);
  for (let step = 0; step < 15; step++) pass(10);
  expect(wires).toHaveLength(2);
  expect(types()).toEqual(['request.sent', 'request.retried']);
});

test('cancelling ends the try that is open', () => {
  const { exchange, wires, pass, cancelled, events } = startRequest();
  wires[0]?.failed(refused);
  pass(100);
  exchange.breakOff({ kind: 'aborted', reason: 'cancelled' });
  pass(200);
  expect(wires).toHaveLength(2);
  expect(cancelled).toEqual([1]);
  expect(events.at(-1)).toMatchObject({ type: 'request.failed', kind: 'aborted' });
});

test('a request whose tries are to end fails with the one that is open', () => {
  const { exchange, wires, pass, types } = startRequest();
  exchange.stopTrying();
  wires[0]?.failed(refused);
  pass(200);
  expect(wires).toHaveLength(1);
  expect(types()).toEqual(['request.failed']);
});
