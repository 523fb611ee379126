import { expect, test } from 'vitest';
import { plannedLoads } from '../../src/workload/plannedLoads.ts';
import { repeatProblems, repeatSeed } from '../../src/workload/repeatOptions.ts';

const options = {
  num_clients: [1, 2, 4],
  request_rate: undefined,
  search_rate: false,
  trace: undefined,
  trace_speed: [1],
};
const valuesOf = (level_order: 'ascending' | 'random', seed: number) =>
  plannedLoads({ ...options, level_order }, seed).map(({ value }) => value);

test('loads are run in ascending order, and in one that the seed draws where that is asked', () => {
  expect(valuesOf('ascending', 1)).toEqual([1, 2, 4]);
  const orders = Array.from({ length: 600 }, (_, seed) => valuesOf('random', seed).join(' '));
  expect(valuesOf('random', 5)).toEqual(valuesOf('random', 5));
  const counts = [...new Set(orders)].map((order) => orders.filter((other) => other === order).length);
  // Each of the 6 orders 100 times on average: chi-squared with 5 degrees of freedom is below 20.5 in 99.9 of 100 cases.
  expect(counts).toHaveLength(6);
  expect(counts.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0)).toBeLessThan(20.5);
});

test('the first repeat has the seed of its sweep, each other one a seed of its own', () => {
  expect(repeatSeed(7, 1)).toBe(7);
  const seeds = [1, 2, 3, 4].flatMap((seed) => [1, 2, 3, 4].map((repeat) => repeatSeed(seed, repeat)));
  expect(new Set(seeds).size).toBe(16);
  for (const seed of seeds) expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
});

test('a search has no repeats, and no order that could be drawn', () => {
  const search = { ...options, repeats: 2, level_order: 'random', search_rate: true } as const;
  expect(repeatProblems(search)).toEqual([
    '--repeats: the answer of --search_rate has an interval already, expected one of the two',
    '--level_order random: --search_rate chooses its levels itself, expected loads that are known beforehand',
  ]);
  expect(repeatProblems({ ...search, search_rate: false })).toEqual([]);
});
