import { expect, test } from 'vitest';
import { repeatedSweeps } from '../../src/metrics/repeatSpread.ts';
import { madeUpLevel } from './madeUpLevel.ts';

const sweeps = [
  { id: 0, options: { repeat: 1 } },
  { id: 1, options: { repeat: 2 } },
  { id: 2, options: { repeat: 1 } },
  { id: 3, options: { repeat: 2 } },
];

/** A level of a sweep with that many clients and that throughput. */
function level(sweep: number, clients: number, requestsPerSec: number, more = {}) {
  return madeUpLevel(clients, requestsPerSec, 100, { level: 10 * sweep + clients, sweep, ...more });
}

test('the figures of a load are taken together over the repeats of its sweep, and of no other', () => {
  const levels = [level(0, 4, 30), level(0, 2, 20), level(1, 2, 26), level(1, 4, 30), level(2, 2, 1), level(3, 2, 1)];
  const [first, second] = repeatedSweeps(sweeps, levels);
  expect(first?.sweeps).toEqual([0, 1]);
  expect(second?.sweeps).toEqual([2, 3]);
  expect(first?.loads.map(({ load, levels: numbers }) => [load.value, numbers])).toEqual([
    [2, [2, 12]],
    [4, [4, 14]],
  ]);
  const [two, four] = first?.loads ?? [];
  // By hand: the mean of 20 and 26 is 23, both 3 off it: sqrt((9 + 9) / 1).
  expect(two?.requestsPerSec).toEqual({ mean: 23, sd: Math.sqrt(18), min: 20, max: 26, count: 2 });
  expect(four?.requestsPerSec).toMatchObject({ mean: 30, sd: 0 });
});

test('a level that failed or was interrupted is in no spread, and one repeat alone has none', () => {
  const levels = [level(0, 2, 20), level(1, 2, 90, { status: 'failed' }), level(1, 2, 95, { status: 'interrupted' })];
  const [two] = repeatedSweeps(sweeps, levels)[0]?.loads ?? [];
  expect(two?.requestsPerSec).toEqual({ mean: 20, min: 20, max: 20, count: 1 });
  expect(two?.levels).toEqual([2]);
});

test('sweeps that are not repeated have no spread', () => {
  expect(repeatedSweeps([{ id: 0, options: {} }], [level(0, 2, 20)])).toEqual([]);
});
