import { expect, test } from 'vitest';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { shortness } from '../../src/metrics/shortLevel.ts';
import { madeUpLevel } from './madeUpLevel.ts';

/** A level in whose steady window that many requests completed. */
function level(completed: number, more: Partial<LevelSummary> = {}, clients = 4): LevelSummary {
  const steady = { seconds: 2, requestsPerSec: completed / 2, completedPerSec: completed / 2, inputTokensPerSec: 0 };
  return madeUpLevel(clients, completed / 2, 500, { steady, ...more });
}

const withFailures = (failed: number) => ({
  requests: { ...level(1).requests, completed: 100, failed },
});

test.each<[string, LevelSummary, string]>([
  ['fewer than 10 requests', level(9), '9 completed in the steady window, 10 are needed'],
  ['fewer requests than clients', level(31, {}, 32), '31 completed in the steady window, 32 are needed'],
  ['a Little ratio that is low', level(40, { littleRatio: 0.7 }), "Little's law is off by 30 %"],
  ['a Little ratio that is high', level(40, { littleRatio: 1.26 }), "Little's law is off by 26 %"],
])('a level is too short with %s', (_title, summary, reason) => {
  expect(shortness(summary)).toBe(reason);
});

test.each<[string, LevelSummary]>([
  ['10 requests', level(10)],
  ['a request for each client', level(32, {}, 32)],
  ['a Little ratio near 1', level(40, { littleRatio: 0.8 })],
  ['a Little ratio that failures put off', level(40, { littleRatio: 0.5, ...withFailures(20) })],
  ['nothing completed at all', level(0, { requests: { ...level(1).requests, completed: 0 } })],
])('a level is not called too short with %s', (_title, summary) => {
  expect(shortness(summary)).toBeUndefined();
});
