import { expect, test } from 'vitest';
import type { GeneratorSampled } from '../../src/events/events.ts';
import { GeneratorTally } from '../../src/metrics/generatorTally.ts';
import { Histogram } from '../../src/metrics/histogram.ts';

interface Sampled extends Partial<GeneratorSampled> {
  readonly delaysMs?: readonly number[];
}

function healthOf(samples: readonly Sampled[], pace = { medianFirstMs: 50, medianChunkGapMs: 20 }) {
  const tally = new GeneratorTally();
  for (const { delaysMs = [1], ...sample } of samples) {
    const delays = new Histogram();
    for (const delayMs of delaysMs) delays.record(delayMs);
    const quiet = { worker: 1, atMs: 0, periodMs: 1000, cpuRatio: 0.2, gcPauseMs: 0, residentBytes: 0, inFlight: 0 };
    tally.add({
      type: 'generator.sampled',
      ...quiet,
      sends: 100,
      lateSends: 0,
      loopDelayBins: delays.toPairs(),
      ...sample,
    });
  }
  return tally.health(pace);
}

test('without a sample of a worker nothing is known', () => {
  expect(healthOf([]).verdict).toBe('unknown');
  expect(healthOf([{ worker: 0 }]).verdict).toBe('unknown');
});

test('a quiet generator is ok, and says no more', () => {
  expect(healthOf([{}])).toEqual({
    verdict: 'ok',
    loopDelayP99Ms: expect.closeTo(1, 2),
    cpuRatio: expect.closeTo(0.2, 9),
    lateSendRatio: 0,
  });
});

test.each<[string, readonly Sampled[], { medianFirstMs: number; medianChunkGapMs: number }]>([
  ['event-loop delay p99 6.00 ms is over 5.00 ms', [{ delaysMs: [6] }], { medianFirstMs: 50, medianChunkGapMs: 20 }],
  ['half the median chunk gap', [{ delaysMs: [3] }], { medianFirstMs: 50, medianChunkGapMs: 5 }],
  [
    'a worker used 95.0 % of a core',
    [{ worker: 1 }, { worker: 2, cpuRatio: 0.95 }],
    { medianFirstMs: 50, medianChunkGapMs: 20 },
  ],
  ['2.0 % of sends', [{ lateSends: 2 }, { worker: 2, lateSends: 2 }], { medianFirstMs: 50, medianChunkGapMs: 20 }],
])('the verdict is clientLimited where %s', (reason, samples, pace) => {
  const health = healthOf(samples, pace);
  expect(health.verdict).toBe('clientLimited');
  expect(health.reason).toContain(reason);
});

test.each<[string, readonly Sampled[], { medianFirstMs: number; medianChunkGapMs: number }]>([
  ['a delay of 5 % of a long TTFT', [{ delaysMs: [9] }], { medianFirstMs: 200, medianChunkGapMs: 100 }],
  ['chunks that come in one read', [{ delaysMs: [1] }], { medianFirstMs: 50, medianChunkGapMs: 0 }],
  ['CPU that is high for one second of many', [{ cpuRatio: 1 }, {}, {}], { medianFirstMs: 50, medianChunkGapMs: 20 }],
  ['late sends of exactly 1 %', [{ lateSends: 1 }], { medianFirstMs: 50, medianChunkGapMs: 20 }],
])('the verdict stays ok with %s', (_title, samples, pace) => {
  expect(healthOf(samples, pace).verdict).toBe('ok');
});

test('delays of workers are merged, percentiles are not averaged', () => {
  const rare = Array.from({ length: 1000 }, () => 1);
  const { loopDelayP99Ms } = healthOf([{ delaysMs: rare }, { worker: 2, delaysMs: [100] }]);
  expect(loopDelayP99Ms).toBeCloseTo(1, 2);
});
