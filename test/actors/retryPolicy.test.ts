import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffPolicy } from '../../src/actors/retryPolicy.ts';
import type { Failure } from '../../src/clients/client.ts';

const throttled: Failure = { kind: 'httpStatus', reason: 'throttled', httpStatus: 429 };

test.each<[Failure, boolean]>([
  [throttled, true],
  [{ kind: 'httpStatus', reason: 'timeout', httpStatus: 408 }, true],
  [{ kind: 'httpStatus', reason: 'modelError', httpStatus: 424 }, true],
  [{ kind: 'httpStatus', reason: 'status', httpStatus: 503 }, true],
  [{ kind: 'httpStatus', reason: 'throttled' }, true], // RESOURCE_EXHAUSTED of gRPC
  [{ kind: 'connect', reason: 'refused' }, true],
  [{ kind: 'connect', reason: 'noKey' }, false],
  [{ kind: 'httpStatus', reason: 'status', httpStatus: 401 }, false],
  [{ kind: 'httpStatus', reason: 'status', httpStatus: 500 }, false],
  [{ kind: 'stream', reason: 'reset' }, false],
  [{ kind: 'stream', reason: 'throttled' }, false],
  [{ kind: 'timeout', reason: 'request' }, false],
  [{ kind: 'aborted', reason: 'cancelled' }, false],
])('%j is sent again: %s', (failure, isAgain) => {
  expect(backoffPolicy(3, 1).waitMs(failure, 7, 1) !== undefined).toBe(isAgain);
});

test('a request is sent again as often as was asked for, and no more', () => {
  const { waitMs } = backoffPolicy(2, 1);
  expect([1, 2, 3].map((failed) => waitMs(throttled, 0, failed) !== undefined)).toEqual([true, true, false]);
});

test('waits double up to 30 s, differ between requests, and are the same for the same seed', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(1e6), fc.integer({ min: 1, max: 20 }), (seed, request, failed) => {
      const waitMs = backoffPolicy(20, seed).waitMs(throttled, request, failed) ?? 0;
      const mostMs = Math.min(500 * 2 ** (failed - 1), 30_000);
      expect(waitMs).toBeGreaterThanOrEqual(mostMs / 2);
      expect(waitMs).toBeLessThanOrEqual(mostMs);
      expect(backoffPolicy(20, seed).waitMs(throttled, request, failed)).toBe(waitMs);
      expect(backoffPolicy(20, seed).waitMs(throttled, request + 1, failed)).not.toBe(waitMs);
    }),
  );
});

test.each([
  [3000, 3000, 3300],
  [0, 0, 0],
  [86_400_000, 60_000, 66_000],
])('a server that asks for %i ms gets them, within bounds', (retryAfterMs, fromMs, toMs) => {
  const waitMs = backoffPolicy(1, 1).waitMs({ ...throttled, retryAfterMs }, 0, 1);
  expect(waitMs).toBeGreaterThanOrEqual(fromMs);
  expect(waitMs).toBeLessThanOrEqual(toMs);
});
