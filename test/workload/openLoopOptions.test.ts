import { expect, test } from 'vitest';
import { openLoopAt, openLoopProblems } from '../../src/workload/openLoopOptions.ts';

const options = { arrivals: 'poisson', burstiness: 1, max_in_flight: 1024, min_requests: 128 } as const;

test.each([
  ['num_clients', { request_rate: [1] }, 'expected one of the two'],
  ['precision', { request_rate: [1] }, 'expected --level_seconds'],
  ['burstiness', { request_rate: [1] }, 'expected --arrivals gamma'],
  ['arrivals', {}, 'expected --request_rate or --ramp beside it'],
  ['max_in_flight', {}, 'expected --request_rate or --ramp beside it'],
  ['think_time', { request_rate: [1] }, 'expected --num_clients'],
] as const)('--%s with %j is refused with the way out', (name, more, words) => {
  const problems = openLoopProblems({ ...options, ...more } as never, (given) => given === name);
  expect(problems).toEqual([expect.stringContaining(words)]);
});

test('more arrivals than a level can hold are refused', () => {
  const many = { ...options, request_rate: [1, 100_000], level_seconds: 1000 };
  expect(openLoopProblems(many as never, () => false)).toEqual([expect.stringContaining('at most 10000000')]);
});

test('a level lasts as long as min_requests take to arrive, at least 30 s, or as long as was asked', () => {
  expect(openLoopAt(options as never, 1, 7)).toMatchObject({ seconds: 128, ratePerSec: 1, seed: 7 });
  expect(openLoopAt(options as never, 100, 7).seconds).toBe(30);
  expect(openLoopAt({ ...options, level_seconds: 5 } as never, 100, 7).seconds).toBe(5);
});
