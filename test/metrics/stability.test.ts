import { expect, test } from 'vitest';
import { judgeStability, mannKendall, type Stability } from '../../src/metrics/stability.ts';
import { capacityAt } from '../../src/simulator/capacity.ts';
import { simulateOpenLoop } from '../../src/simulator/simulateOpenLoop.ts';
import { arrivalsOf } from '../../src/workload/arrivals.ts';
import { parameters } from '../simulator/parameters.ts';

const lengths = { promptTokens: 256, outputTokens: 64 };
const seconds = 30;

/** Runs a level of Poisson arrivals on virtual time and judges it as a live one is. */
function judge(shareOfCapacity: number, seed: number): Stability {
  const options = parameters({ step_jitter: 0.1, simulator_seed: seed });
  const ratePerSec = shareOfCapacity * capacityAt(options, lengths, 1000).requestsPerSec;
  const load = { process: 'poisson', ratePerSec, burstiness: 1, seconds, seed, maxInFlight: 10_000 } as const;
  const dueMs = [...arrivalsOf(load, 0)].map((arrival) => arrival.dueMs);
  const tenthOf = (ms: number) => Math.floor(((ms / 1000 - 0.1 * seconds) / (0.9 * seconds)) * 10);
  const isInside = (ms: number) => tenthOf(ms) >= 0 && tenthOf(ms) < 10;
  const requests = simulateOpenLoop(options, dueMs, () => lengths);
  const tenths = Array.from({ length: 10 }, (_, tenth) => {
    const waits = requests.filter((request) => tenthOf(request.dueMs) === tenth).map((own) => own.endedMs - own.dueMs);
    return { count: waits.length, meanMs: waits.reduce((sum, wait) => sum + wait, 0) / waits.length };
  });
  const due = requests.filter((request) => isInside(request.dueMs)).length;
  const ended = requests.filter((request) => isInside(request.endedMs)).length;
  return judgeStability(tenths, (due - ended) / due).stability;
}

function shareOf(wanted: Stability, shareOfCapacity: number, runs: number): number {
  const verdicts = Array.from({ length: runs }, (_, seed) => judge(shareOfCapacity, seed));
  return verdicts.filter((verdict) => verdict === wanted).length / runs;
}

test('a server that keeps up is called stable in at least 19 of 20 levels', () => {
  expect(shareOf('stable', 0.5, 60)).toBeGreaterThanOrEqual(0.95);
  expect(shareOf('stable', 0.8, 60)).toBeGreaterThanOrEqual(0.95);
});

test('a fifth more than the server can answer is no steady state in at least 19 of 20 levels', () => {
  expect(shareOf('noSteadyState', 1.2, 60)).toBeGreaterThanOrEqual(0.95);
});

const flat = [10, 11, 9, 10, 12, 10, 9, 11, 10, 10];
const rising = [10, 12, 13, 15, 18, 20, 21, 24, 26, 30];

test.each([
  ['no trend', flat, 0.2, 'stable'],
  ['a trend, and what arrives is answered', rising, 0.01, 'drifting'],
  ['a downward trend', rising.toReversed(), 0.2, 'drifting'],
  ['a trend, and a backlog', rising, 0.2, 'noSteadyState'],
  ['a sure trend of under 10 %', rising.map((value) => 1000 + value / 10), 0.2, 'stable'],
] as const)('%s: tenths of a window are judged', (_name, means, backlog, expected) => {
  const tenths = means.map((meanMs) => ({ meanMs, count: 20 }));
  expect(judgeStability(tenths, backlog).stability).toBe(expected);
});

test('a tenth with fewer than five answers makes the verdict unknown', () => {
  const tenths = rising.map((meanMs, index) => ({ meanMs, count: index === 4 ? 4 : 20 }));
  expect(judgeStability(tenths, 0.2)).toEqual({ stability: 'unknown', backlogRatio: 0.2 });
});

test('pairs in order less pairs out of order make the trend', () => {
  expect([mannKendall([1, 2, 3]), mannKendall([3, 2, 1]), mannKendall([1, 3, 2]), mannKendall([2, 2])]).toEqual([
    3, -3, 1, 0,
  ]);
});
