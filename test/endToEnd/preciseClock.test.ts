import { expect, test } from 'vitest';
import { createRunClock, monotonicMs } from '../../src/core/clock.ts';
import { built } from './command.ts';

const { createPreciseClock } = await built<typeof import('../../src/core/preciseClock.ts')>('core/preciseClock.js');

test('timers of a thread of their own ring in order, none before its time, and none that was taken back', async () => {
  const clock = createPreciseClock(createRunClock(monotonicMs()));
  const rung: number[] = [];
  const early: number[] = [];
  await new Promise<void>((resolve) => {
    const ring = (delayMs: number, then = () => {}): unknown => {
      const dueMs = clock.nowMs() + delayMs;
      return clock.setTimeout(() => {
        rung.push(delayMs);
        if (clock.nowMs() < dueMs - 0.01) early.push(delayMs); // two clocks that are tied to one
        then();
      }, delayMs);
    };
    ring(30.4, () => ring(0.3, resolve));
    ring(10.2);
    clock.clearTimeout(ring(20.6));
    ring(0.05);
  });
  expect({ rung, early }).toEqual({ rung: [0.05, 10.2, 30.4, 0.3], early: [] });
});
