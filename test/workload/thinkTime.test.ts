import { expect, test } from 'vitest';
import { type ThinkTime, thinkTimes } from '../../src/workload/thinkTime.ts';
import { exponentialDistance, kolmogorovLimit } from './arrivalStatistics.ts';

const draw = (think: ThinkTime, stream: number, count: number) => {
  const next = thinkTimes(think, stream);
  return Array.from({ length: count }, next);
};

test('exponential think times are those of their distribution, each client has its own, and a seed repeats them', () => {
  const think = { meanMs: 2000, spread: 'exponential', seed: 7 } as const;
  const times = draw(think, 3, 5000);
  expect(exponentialDistance(times, 2000)).toBeLessThan(kolmogorovLimit);
  expect(draw(think, 3, 5000)).toEqual(times);
  expect(draw(think, 4, 3)).not.toEqual(times.slice(0, 3));
  expect(draw({ ...think, seed: 8 }, 3, 3)).not.toEqual(times.slice(0, 3));
});

test('fixed think times are exactly the mean', () => {
  expect(draw({ meanMs: 250, spread: 'fixed', seed: 1 }, 0, 2)).toEqual([250, 250]);
});
