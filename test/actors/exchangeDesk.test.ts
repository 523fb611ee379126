import { expect, test } from 'vitest';
import type { AnswerRecord, Client, Failure, Wire } from '../../src/clients/client.ts';
import type { RunEvent } from '../../src/events/events.ts';
import { createSimulatedWorker, plannedRequest } from './simulatedWorker.ts';

type Read = (piece: string, atMs: number, answer: AnswerRecord) => Failure | undefined;

const eachPieceIsAToken: Read = (piece, atMs, answer) => void answer.output(atMs, piece);

/** A client whose server the test plays: it gets the wire of every request. */
function playedClient(read: Read = eachPieceIsAToken, end: (answer: AnswerRecord) => void = () => {}) {
  const wires: Wire<string>[] = [];
  let cancelled = 0;
  const client: Client<unknown, string> = {
    startService: async () => ({}),
    stopService: async () => {},
    prepareRequest: () => undefined,
    sendRequest: (_, wire) => {
      wires.push(wire);
      wire.sent();
      return () => void cancelled++;
    },
    processResponse: (_, answer) => ({
      read: (piece, atMs) => read(piece, atMs, answer),
      end: () => void end(answer),
    }),
    close: () => {},
  };
  return { client: client as unknown as Client, wires, cancelled: () => cancelled };
}

function send(client: Client, worker: ReturnType<typeof createSimulatedWorker>, request = 0) {
  const origin = { level: 0, client: 0, planned: plannedRequest(request), scheduledAtMs: worker.clock.nowMs() };
  return worker.desk.send(client, undefined, { ...origin, onClosed: () => {} });
}

const ofType = <Type extends RunEvent['type']>(events: readonly RunEvent[], type: Type) =>
  events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);

test('stamps are those of the socket, however late the pieces are read', () => {
  const worker = createSimulatedWorker();
  const { client, wires } = playedClient();
  send(client, worker);
  worker.pass(10);
  wires[0]?.headers();
  worker.pass(10);
  wires[0]?.received('one');
  worker.pass(5);
  wires[0]?.received(' two');
  wires[0]?.ended();
  worker.pass(1);
  expect(ofType(worker.events, 'request.completed')).toMatchObject([
    { sentAtMs: 0, headersAtMs: 10, firstTokenAtMs: 20, lastTokenAtMs: 25, closedAtMs: 25, chunks: 2, outputTokens: 2 },
  ]);
  expect(worker.texts).toMatchObject([{ answer: 'one two' }]);
});

test('chunks are delivered while their stream is open, each once', () => {
  const worker = createSimulatedWorker();
  const { client, wires } = playedClient();
  send(client, worker);
  for (const piece of ['a', 'b', 'c']) {
    worker.pass(10);
    wires[0]?.received(piece);
  }
  worker.pass(10);
  wires[0]?.ended();
  worker.pass(1);
  const arrivals = ofType(worker.events, 'request.progressed').map(({ chunkAtMs }) => [...chunkAtMs]);
  expect(arrivals.flat()).toEqual([10, 20, 30]);
  expect(arrivals.length).toBeGreaterThan(1);
});

test('events are delivered in the order of their stamps, across batches as well', () => {
  const worker = createSimulatedWorker();
  const { client, wires } = playedClient();
  for (let request = 0; request < 30; request++) {
    send(client, worker, request);
    worker.pass(request % 3);
    wires[request]?.received('x');
    if (request % 2 === 0) wires[request]?.ended();
    wires[request - 1]?.ended();
  }
  worker.pass(1);
  const stamps = worker.events.map(({ atMs }) => atMs);
  expect(stamps).toEqual([...stamps].sort((one, other) => one - other));
  expect(ofType(worker.events, 'request.completed')).toHaveLength(29);
});

test.each([
  ['takes too long', (_wire: Wire<string>) => {}, 'timeout'],
  ['reports a failure in its stream', (wire: Wire<string>) => wire.received('bad'), 'stream'],
] as const)('the socket of a request that %s is closed before its client is free', (_, happens, kind) => {
  const worker = createSimulatedWorker({ requestTimeoutMs: 100 });
  const { client, wires, cancelled } = playedClient(() => ({ kind: 'stream', reason: 'errorEvent' }));
  const cancelledWhenFree: number[] = [];
  const origin = { level: 0, client: 0, planned: plannedRequest(0), scheduledAtMs: 0 };
  worker.desk.send(client, undefined, { ...origin, onClosed: () => void cancelledWhenFree.push(cancelled()) });
  happens(wires[0] as Wire<string>);
  worker.pass(200);
  expect(cancelledWhenFree).toEqual([1]);
  expect(ofType(worker.events, 'request.failed')).toMatchObject([{ kind }]);
});

test.each([Number.NaN, -5, 1.5, '7' as unknown as number, undefined as unknown as number, null as unknown as number])(
  'a count of %s tokens is none: the chunks are counted',
  (tokens) => {
    const worker = createSimulatedWorker();
    const { client, wires } = playedClient(eachPieceIsAToken, (answer) => answer.counted(tokens, 'usage', tokens));
    send(client, worker);
    wires[0]?.received('one');
    wires[0]?.ended();
    worker.pass(1);
    const [completed] = ofType(worker.events, 'request.completed');
    expect(completed).toMatchObject({ outputTokens: 1, tokenSource: 'chunks' });
    expect(completed).not.toHaveProperty('serverPromptTokens');
  },
);

test('a request that takes too long fails by timeout and is cancelled', () => {
  const worker = createSimulatedWorker({ requestTimeoutMs: 100 });
  const { client, cancelled } = playedClient();
  send(client, worker);
  worker.pass(99);
  expect(worker.desk.inFlight).toBe(1);
  worker.pass(1);
  expect(ofType(worker.events, 'request.failed')).toMatchObject([
    { kind: 'timeout', reason: 'request', closedAtMs: 100 },
  ]);
  expect(cancelled()).toBe(1);
  expect(worker.desk.inFlight).toBe(0);
});

test('a request of which its client marks nothing is told as not sent', () => {
  const worker = createSimulatedWorker({ requestTimeoutMs: 100 });
  let cancelled = 0;
  send({ ...playedClient().client, sendRequest: () => () => cancelled++ }, worker);
  worker.pass(100);
  expect(ofType(worker.events, 'request.failed')).toMatchObject([
    { kind: 'timeout', reason: 'notSent', message: 'its client did not send it in 100 ms' },
  ]);
  expect(cancelled).toBe(1);
});

test('silence is measured from the last byte', () => {
  const worker = createSimulatedWorker({ noProgressTimeoutMs: 50 });
  const { client, wires } = playedClient();
  send(client, worker);
  worker.pass(40);
  wires[0]?.received('x');
  worker.pass(49);
  expect(worker.desk.inFlight).toBe(1);
  worker.pass(1);
  expect(ofType(worker.events, 'request.failed')).toMatchObject([{ kind: 'timeout', reason: 'noProgress', chunks: 1 }]);
});

test('a request that was due long ago has its whole time once it is handed to its client', () => {
  const limits = { requestTimeoutMs: 100, noProgressTimeoutMs: 50 };
  const worker = createSimulatedWorker(limits);
  const { client, wires } = playedClient();
  const connects: Client = {
    ...client,
    sendRequest: (_, wire) => {
      wires.push(wire);
      return () => {};
    },
  };
  worker.pass(1000);
  const origin = { level: 0, client: 0, planned: plannedRequest(0), scheduledAtMs: 0, onClosed: () => {} };
  worker.desk.send(connects, undefined, { ...origin, isHeldBack: true });
  worker.pass(49);
  wires[0]?.sent();
  worker.pass(49);
  wires[0]?.received('x');
  wires[0]?.ended();
  worker.pass(1);
  expect(ofType(worker.events, 'request.failed')).toEqual([]);
  expect(ofType(worker.events, 'request.completed')).toMatchObject([{ scheduledAtMs: 0, sentAtMs: 1049 }]);
});

test('a client that throws before it sends costs that request alone', () => {
  const worker = createSimulatedWorker();
  const { client } = playedClient();
  const throwing: Client = {
    ...client,
    processResponse: () => {
      throw new Error('no reader');
    },
  };
  send(throwing, worker);
  worker.pass(1);
  expect(worker.desk.inFlight).toBe(0);
  expect(ofType(worker.events, 'request.failed')).toMatchObject([
    { kind: 'protocol', reason: 'clientThrew', message: 'no reader' },
  ]);
});

test('a failure inside the stream ends the exchange and closes its socket', () => {
  const worker = createSimulatedWorker();
  const { client, wires, cancelled } = playedClient(() => ({ kind: 'stream', reason: 'errorEvent', message: 'oom' }));
  send(client, worker);
  wires[0]?.received('x');
  worker.pass(1);
  expect(ofType(worker.events, 'request.failed')).toMatchObject([
    { kind: 'stream', reason: 'errorEvent', message: 'oom' },
  ]);
  expect(cancelled()).toBe(1);
});

test('a reader that throws makes a protocol failure', () => {
  const worker = createSimulatedWorker();
  const { client, wires } = playedClient(() => {
    throw new Error('cannot read');
  });
  send(client, worker);
  wires[0]?.received('x');
  wires[0]?.ended();
  worker.pass(1);
  expect(ofType(worker.events, 'request.failed')).toMatchObject([{ kind: 'protocol', reason: 'unreadable' }]);
});

test('usage outranks the tokens of chunks, and those outrank their number', () => {
  const withTokens: Read = (piece, atMs, answer) => void answer.output(atMs, piece, 2);
  const byUsage = playedClient(withTokens, (answer) => answer.counted(7, 'usage', 5));
  const byTokens = playedClient(withTokens);
  const byChunks = playedClient();
  for (const { client, wires } of [byUsage, byTokens, byChunks]) {
    const worker = createSimulatedWorker();
    send(client, worker);
    wires[0]?.received('x');
    wires[0]?.ended();
    worker.pass(1);
    const [outcome] = ofType(worker.events, 'request.completed');
    const expected =
      client === byUsage.client ? [7, 'usage'] : client === byTokens.client ? [2, 'tokenIds'] : [1, 'chunks'];
    expect([outcome?.outputTokens, outcome?.tokenSource]).toEqual(expected);
  }
});
