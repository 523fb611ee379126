import { expect, test } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import { scaledClock } from '../../src/core/scaledClock.ts';

test('a clock ten times as fast says ten times the time, and waits a tenth of it', () => {
  const delays: number[] = [];
  const slow: Clock = {
    nowMs: () => 7,
    setTimeout: (_callback, delayMs) => delays.push(delayMs),
    clearTimeout: () => {},
  };
  const fast = scaledClock(slow, 10);
  fast.setTimeout(() => {}, 250);
  expect([fast.nowMs(), delays]).toEqual([70, [25]]);
});
