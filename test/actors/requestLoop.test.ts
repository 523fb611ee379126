import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { requestLoop } from '../../src/actors/requestLoop.ts';
import type { RetryPolicy } from '../../src/actors/retryPolicy.ts';
import type { Client } from '../../src/clients/client.ts';
import { DummyClient } from '../../src/clients/dummy.ts';
import type { RequestOutcome } from '../../src/events/events.ts';
import { clientMachine } from '../../src/machines/clientMachine.ts';
import { createSimulatedWorker, plannedRequest } from './simulatedWorker.ts';

interface Given {
  readonly requests?: number;
  readonly warmups?: number;
  readonly adapter?: Partial<Client>;
  readonly failurePauseMs?: number;
  readonly thinkMs?: () => number;
  readonly retryPolicy?: RetryPolicy;
}

/** A client with its real loop and the dummy protocol, on simulated time. */
function startClient({ requests = 4, warmups = 1, adapter = {}, failurePauseMs = 0, ...given }: Given = {}) {
  const { retryPolicy, thinkMs } = given;
  const worker = createSimulatedWorker(retryPolicy === undefined ? {} : { retryPolicy });
  const outcomes: RequestOutcome[] = [];
  const dummy = new DummyClient({ dummy_client_latency_time: 0.1 }, true, 1, worker.clock) as unknown as Client;
  const machine = clientMachine.provide({ actors: { requestLoop: requestLoop as never } });
  const actor = createActor(machine, {
    clock: worker.clock,
    input: {
      client: 0,
      level: 0,
      loop: {
        level: 0,
        client: 0,
        desk: worker.desk,
        adapter: Object.assign(Object.create(dummy) as Client, bound(dummy), adapter),
        draw: (request: number, warmup: boolean) => plannedRequest(request, warmup),
        promptOf: () => 'two words',
        requests: Array.from({ length: requests }, (_, request) => request)[Symbol.iterator](),
        warmups: Array.from({ length: warmups }, (_, warmup) =>
          [0, 1, 2, 3].map((attempt) => 100 + warmup * 4 + attempt),
        ),
        onWarmup: (outcome: RequestOutcome) => outcomes.push(outcome),
        onOutcome: () => {},
        failurePauseMs,
        ...(thinkMs === undefined ? {} : { thinkMs }),
        startedAtMs: () => worker.clock.nowMs(),
      },
    },
  }).start();
  const sent = () => worker.events.filter((event) => event.type === 'request.sent').map((event) => event.request);
  return { ...worker, actor, outcomes, sent };
}

function bound(client: Client): Client {
  return {
    startService: (onDeath) => client.startService(onDeath),
    stopService: () => client.stopService(),
    prepareRequest: (spec) => client.prepareRequest(spec),
    sendRequest: (prepared, wire) => client.sendRequest(prepared, wire),
    processResponse: (prepared, answer) => client.processResponse(prepared, answer),
    close: () => client.close(),
  };
}

test('a client sends its warm-ups, waits, then sends its requests one after the other and stops', () => {
  const { actor, pass, sent, events } = startClient();
  pass(400);
  expect(actor.getSnapshot().value).toBe('warm');
  expect(sent()).toEqual([100]);
  actor.send({ type: 'start' });
  pass(2000);
  expect(sent()).toEqual([100, 0, 1, 2, 3]);
  expect(actor.getSnapshot().value).toBe('stopped');
  expect(events.filter((event) => event.type === 'request.completed')).toHaveLength(5);
});

test('a request is due the moment its predecessor ended', () => {
  const { actor, pass, events } = startClient();
  pass(400);
  actor.send({ type: 'start' });
  pass(2000);
  const closed = events.filter((event) => event.type === 'request.completed').map((event) => event.closedAtMs);
  const due = events.filter((event) => event.type === 'request.sent').map((event) => event.scheduledAtMs);
  expect(due.slice(2)).toEqual(closed.slice(1, 4));
});

test('a client that thinks is due again that long after its answer, and does not think after its last', () => {
  const { actor, pass, events } = startClient({ requests: 3, thinkMs: () => 250 });
  pass(400);
  actor.send({ type: 'start' });
  pass(10_000);
  const closed = events.filter((event) => event.type === 'request.completed').map((event) => event.closedAtMs);
  const sent = events.filter((event) => event.type === 'request.sent');
  const due = sent.map((event) => event.scheduledAtMs);
  expect(due.slice(2)).toEqual(closed.slice(1, 3).map((ms) => ms + 250));
  for (const { atMs, scheduledAtMs } of sent) expect(atMs - scheduledAtMs).toBeLessThan(1);
  expect(actor.getSnapshot().value).toBe('stopped');
});

test.each(['drain', 'abort'] as const)('a client that thinks ends at once on %s', (type) => {
  const { actor, pass, sent } = startClient({ requests: 100, thinkMs: () => 60_000 });
  pass(400);
  actor.send({ type: 'start' });
  pass(1000);
  actor.send({ type });
  pass(2);
  expect(actor.getSnapshot().value).toBe('stopped');
  expect(sent()).toEqual([100, 0]);
});

test('a drain before the answer is there ends a client that would think after it', () => {
  const { actor, pass, sent } = startClient({ requests: 100, thinkMs: () => 60_000 });
  pass(400);
  actor.send({ type: 'start' });
  pass(10);
  actor.send({ type: 'drain' });
  pass(1000);
  expect(actor.getSnapshot().value).toBe('stopped');
  expect(sent()).toEqual([100, 0]);
});

test('drain, sent to the machine, ends the sending; the open request is answered to its end', () => {
  const { actor, pass, sent, events } = startClient({ requests: 100 });
  pass(400);
  actor.send({ type: 'start' });
  pass(10);
  actor.send({ type: 'drain' });
  expect(actor.getSnapshot().value).toBe('draining');
  pass(1000);
  expect(actor.getSnapshot().value).toBe('stopped');
  expect(sent()).toEqual([100, 0]);
  expect(events.at(-1)).toMatchObject({ type: 'request.completed', request: 0 });
});

test('stopping the machine stops the loop and cuts off what is open', () => {
  const { actor, pass, sent, events } = startClient({ requests: 100 });
  pass(400);
  actor.send({ type: 'start' });
  pass(10);
  actor.stop();
  pass(5000);
  expect(sent()).toEqual([100, 0]);
  expect(events.at(-1)).toMatchObject({ type: 'request.failed', request: 0, kind: 'aborted' });
});

test('an abort cuts off the open request and ends the client', () => {
  const { actor, pass, events } = startClient({ requests: 100 });
  pass(400);
  actor.send({ type: 'start' });
  pass(10);
  actor.send({ type: 'abort' });
  pass(1);
  expect(actor.getSnapshot().value).toBe('stopped');
  expect(events.at(-1)).toMatchObject({ type: 'request.failed', kind: 'aborted' });
});

test('a failed warm-up is repeated three times, then the client goes on', () => {
  const failing: Partial<Client> = {
    sendRequest: (_, wire) => {
      wire.sent();
      wire.failed({ kind: 'httpStatus', reason: 'status', httpStatus: 500 });
      return () => {};
    },
  };
  const { actor, pass, sent, outcomes } = startClient({ adapter: failing });
  pass(10);
  expect(sent()).toEqual([100, 101, 102, 103]);
  expect(outcomes).toHaveLength(4);
  expect(actor.getSnapshot().value).toBe('warm');
});

test('a client that throws makes failures, however many requests there are', () => {
  const throwing: Partial<Client> = {
    sendRequest: () => {
      throw new Error('no such socket');
    },
  };
  const { actor, pass, events } = startClient({ requests: 5000, warmups: 0, adapter: throwing });
  actor.send({ type: 'start' });
  pass(5001);
  const failed = events.filter((event) => event.type === 'request.failed');
  expect(failed.length).toBe(5000);
  expect(failed[0]).toMatchObject({ kind: 'protocol', reason: 'clientThrew', message: 'no such socket' });
});

test('a request that cannot be prepared fails the client', () => {
  const broken: Partial<Client> = {
    prepareRequest: () => {
      throw new Error('bad template');
    },
  };
  const { actor } = startClient({ adapter: broken });
  expect(actor.getSnapshot().value).toBe('failed');
});

/** A server that turns every request away. */
const turnsAway: Partial<Client> = {
  sendRequest: (_, wire) => {
    wire.sent();
    wire.failed({ kind: 'httpStatus', reason: 'throttled', httpStatus: 429 });
    return () => {};
  },
};

/** A server whose answers cannot be read. */
const babbles: Partial<Client> = {
  processResponse: () => ({ read: () => undefined, end: () => ({ kind: 'protocol', reason: 'notJson' }) }),
};

test.each([
  ['by its status', turnsAway, [50, 50, 50]],
  // It shows when the next request has left: the rest follows that one, and is for both.
  ['in its answer', babbles, [0, 50, 0]],
])('a client rests after a request that failed %s, and its rest is no lateness', (_, adapter, restMs) => {
  const { actor, pass, events } = startClient({ warmups: 0, adapter, failurePauseMs: 50 });
  actor.send({ type: 'start' });
  pass(2000);
  const sent = events.filter((event) => event.type === 'request.sent');
  const closed = events.filter((event) => event.type === 'request.failed');
  const rests = sent.slice(1).map(({ scheduledAtMs }, index) => scheduledAtMs - (closed[index]?.closedAtMs ?? 0));
  expect(rests.map((ms) => 10 * Math.floor(ms / 10))).toEqual(restMs);
  expect(sent.map(({ atMs, scheduledAtMs }) => atMs - scheduledAtMs)).toEqual([0, 0, 0, 0]);
  expect(actor.getSnapshot().value).toBe('stopped');
});

test.each(['drain', 'abort'] as const)('%s ends the rest of a client at once', (type) => {
  const { actor, pass, sent } = startClient({ warmups: 0, adapter: turnsAway, failurePauseMs: 60_000 });
  actor.send({ type: 'start' });
  pass(10);
  actor.send({ type });
  pass(1);
  expect(actor.getSnapshot().value).toBe('stopped');
  expect(sent()).toEqual([0]);
});

test.each([
  ['drain', 'httpStatus'],
  ['abort', 'aborted'],
] as const)('%s ends the wait for another try at once: the request has failed as %s', (type, kind) => {
  const { actor, pass, events } = startClient({
    warmups: 0,
    adapter: turnsAway,
    retryPolicy: { waitMs: () => 60_000 },
  });
  actor.send({ type: 'start' });
  pass(10);
  actor.send({ type });
  pass(1);
  expect(actor.getSnapshot().value).toBe('stopped');
  expect(events.map((event) => event.type)).toEqual(['request.sent', 'request.retried', 'request.failed']);
  expect(events.at(-1)).toMatchObject({ kind, request: 0 });
});
