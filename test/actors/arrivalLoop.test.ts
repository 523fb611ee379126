import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { arrivalLoop } from '../../src/actors/arrivalLoop.ts';
import type { Client } from '../../src/clients/client.ts';
import { DummyClient } from '../../src/clients/dummy.ts';
import type { RequestOutcome } from '../../src/events/events.ts';
import { clientMachine } from '../../src/machines/clientMachine.ts';
import { createSimulatedWorker, plannedRequest } from './simulatedWorker.ts';

interface Given {
  readonly dueMs?: readonly number[];
  readonly endMs?: number;
  readonly maxInFlight?: number;
  readonly warmups?: readonly (readonly (readonly number[])[])[];
  readonly latencySeconds?: number;
}

/** A source of arrivals with its real loop and the dummy protocol, on simulated time. */
function startSource({
  dueMs = [0, 10, 20, 30],
  endMs = 100,
  maxInFlight = 64,
  warmups = [],
  latencySeconds = 0.5,
}: Given) {
  const worker = createSimulatedWorker();
  const outcomes: RequestOutcome[] = [];
  let connections = 0;
  const machine = clientMachine.provide({ actors: { requestLoop: arrivalLoop as never } });
  const actor = createActor(machine, {
    clock: worker.clock,
    input: {
      client: 0,
      level: 0,
      loop: {
        level: 0,
        client: 0,
        desk: worker.desk,
        clock: worker.clock,
        createConnection: () => {
          const options = { dummy_client_latency_time: latencySeconds };
          return new DummyClient(options, true, ++connections, worker.clock) as unknown as Client;
        },
        draw: (request: number, warmup: boolean) => plannedRequest(request, warmup),
        promptOf: () => 'two words',
        arrivals: dueMs.map((due, request) => ({ request, dueMs: due }))[Symbol.iterator](),
        endMs,
        maxInFlight,
        warmups,
        onWarmup: (outcome: RequestOutcome) => outcomes.push(outcome),
        onOutcome: () => {},
        startedAtMs: () => worker.clock.nowMs(),
      },
    },
  }).start();
  const sends = () => worker.events.flatMap((event) => (event.type === 'request.sent' && !event.warmup ? [event] : []));
  return { ...worker, actor, outcomes, sends, connections: () => connections };
}

test('every request leaves when it is due, whatever became of those before', () => {
  const { actor, pass, sends, connections } = startSource({ dueMs: [0, 10, 20, 20, 75] });
  actor.send({ type: 'start' });
  pass(100);
  expect(sends().map(({ atMs }) => atMs)).toEqual([0, 10, 20, 20, 75]);
  expect(sends()).toEqual(sends().map((event) => expect.objectContaining({ scheduledAtMs: event.atMs })));
  expect(connections()).toBe(5);
});

test('a source arrives until its end, then waits for its answers and stops', () => {
  const { actor, pass, events } = startSource({ endMs: 100 });
  actor.send({ type: 'start' });
  pass(99);
  expect(actor.getSnapshot().value).toBe('running');
  pass(5);
  expect(actor.getSnapshot().value).toBe('draining');
  pass(1500);
  expect(actor.getSnapshot().value).toBe('stopped');
  expect(events.filter((event) => event.type === 'request.completed')).toHaveLength(4);
});

test('what is due while as many as may be are in flight goes when one ends, and is counted as held back', () => {
  const { actor, pass, sends, desk } = startSource({ dueMs: [0, 10, 20], maxInFlight: 1, endMs: 5000 });
  actor.send({ type: 'start' });
  pass(3000);
  const [first, second, third] = sends();
  expect(first).toMatchObject({ atMs: 0, scheduledAtMs: 0 });
  expect(second?.atMs).toBeGreaterThan(100);
  expect(third?.atMs).toBeGreaterThan((second?.atMs ?? 0) + 100);
  expect([second, third]).toMatchObject([{ scheduledAtMs: 10 }, { scheduledAtMs: 20 }]);
  expect(desk.counts).toEqual({ sends: 3, lateSends: 0, heldSends: 2 });
});

test('once nothing is held back any more, arrivals leave when they are due again', () => {
  const { actor, pass, sends } = startSource({ dueMs: [0, 10, 1200, 1700], maxInFlight: 1, endMs: 5000 });
  actor.send({ type: 'start' });
  pass(3000);
  expect(sends().map(({ atMs }) => atMs)).toEqual([0, expect.any(Number), 1200, 1700]);
});

test('whatever the arrivals, each leaves when it is due, or as soon as one ends where as many as may be are in flight', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 30 });
  const cases = fc.record({
    gaps,
    maxInFlight: fc.integer({ min: 1, max: 3 }),
    latencyMs: fc.integer({ min: 1, max: 90 }),
  });
  fc.assert(
    fc.property(cases, ({ gaps: [...gapsMs], maxInFlight, latencyMs }) => {
      const dueMs = gapsMs.map((_, index) => gapsMs.slice(0, index).reduce((sum, gap) => sum + gap, 0));
      const { actor, pass, events, sends } = startSource({
        ...{ dueMs, maxInFlight, latencySeconds: latencyMs / 1000 },
        endMs: 10_000,
      });
      actor.send({ type: 'start' });
      pass(9000);
      const closedAtMs = events.flatMap((event) => (event.type === 'request.completed' ? [event.closedAtMs] : []));
      expect(sends()).toHaveLength(dueMs.length);
      sends().forEach(({ atMs, scheduledAtMs }, index) => {
        const open = index - closedAtMs.filter((ms) => ms < atMs - 1).length;
        if (atMs > scheduledAtMs + 1) expect(open).toBeGreaterThanOrEqual(maxInFlight);
        expect(atMs).toBeGreaterThanOrEqual(scheduledAtMs);
      });
    }),
    { numRuns: 50 },
  );
});

test('what is held back when the arrivals end is not sent', () => {
  const { actor, pass, sends } = startSource({ dueMs: [0, 10, 20], maxInFlight: 1, endMs: 30 });
  actor.send({ type: 'start' });
  pass(3000);
  expect(sends()).toHaveLength(1);
  expect(actor.getSnapshot().value).toBe('stopped');
});

test('connections warm up side by side, and a failed warm-up is repeated with another number', () => {
  const { actor, pass, outcomes } = startSource({
    warmups: [[[100, 101]], [[102, 103]]],
    latencySeconds: 0.1,
  });
  expect(actor.getSnapshot().value).toBe('warmup');
  pass(1000);
  expect(actor.getSnapshot().value).toBe('warm');
  expect(outcomes.map(({ request, warmup }) => [request, warmup])).toEqual(
    expect.arrayContaining([
      [100, true],
      [102, true],
    ]),
  );
});

test('a drain sends no more, and an abort cuts off what is open', () => {
  const drained = startSource({ dueMs: [0, 50], endMs: 100 });
  drained.actor.send({ type: 'start' });
  drained.pass(20);
  drained.actor.send({ type: 'drain' });
  drained.pass(2000);
  expect(drained.sends()).toHaveLength(1);
  expect(drained.actor.getSnapshot().value).toBe('stopped');

  const aborted = startSource({ dueMs: [0, 5, 50], endMs: 100 });
  aborted.actor.send({ type: 'start' });
  aborted.pass(20);
  aborted.actor.send({ type: 'abort' });
  aborted.pass(20);
  expect(aborted.actor.getSnapshot().value).toBe('stopped');
  const cut = aborted.events.filter((event) => event.type === 'request.failed');
  expect(cut.map(({ kind }) => kind)).toEqual(['aborted', 'aborted']);
});
