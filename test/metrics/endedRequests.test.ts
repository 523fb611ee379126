import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EndedRequests } from '../../src/metrics/endedRequests.ts';
import type { TrackedRequest } from '../../src/metrics/trackedRequest.ts';

function ended(closedAtMs: number): TrackedRequest {
  return { closedAtMs } as TrackedRequest;
}

test('requests are taken once all before a moment have ended, queue by queue, in the order of their ends', () => {
  const requests = new EndedRequests(2);
  requests.add(2, ended(5));
  requests.add(1, ended(3));
  requests.add(1, ended(8));
  requests.add(9, ended(1)); // of no worker that is known
  expect(requests.earliestMs).toBe(1);
  const taken: number[] = [];
  requests.takeBefore(6, ({ closedAtMs }) => void taken.push(closedAtMs));
  expect(taken).toEqual([1, 3, 5]);
  expect(requests.earliestMs).toBe(8);
  expect([...requests.requests()].map(({ closedAtMs }) => closedAtMs)).toEqual([8]);
});

test('however they come and go, each is taken exactly once, and the earliest end is that of the heads', () => {
  const steps = fc.array(fc.record({ worker: fc.nat(3), gapMs: fc.nat(5), isTaken: fc.boolean() }), { maxLength: 900 });
  fc.assert(
    fc.property(steps, (all) => {
      const requests = new EndedRequests(3);
      const queues: number[][] = [[], [], [], []];
      const [taken, expected]: [number[], number[]] = [[], []];
      let nowMs = 0;
      for (const { worker, gapMs, isTaken } of all) {
        nowMs += gapMs;
        requests.add(worker, ended(nowMs));
        queues[worker]?.push(nowMs);
        if (!isTaken) continue;
        requests.takeBefore(nowMs - 3, ({ closedAtMs }) => void taken.push(closedAtMs));
        for (const queue of queues)
          while (queue[0] !== undefined && queue[0] < nowMs - 3) expected.push(queue.shift() as number);
        expect(requests.earliestMs).toBe(Math.min(...queues.map(([head = Number.POSITIVE_INFINITY]) => head)));
      }
      expect(taken).toEqual(expected);
      expect([...requests.requests()].map(({ closedAtMs }) => closedAtMs)).toEqual(queues.flat());
    }),
    { numRuns: 30 },
  );
});
