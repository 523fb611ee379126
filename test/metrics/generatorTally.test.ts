import { expect, test } from 'vitest';
import type { GeneratorSampled } from '../../src/events/events.ts';
import { GeneratorTally } from '../../src/metrics/generatorTally.ts';
import { Histogram } from '../../src/metrics/histogram.ts';

/** Enough of the same delay for a p99. */
const often = (delayMs: number, times = 500): readonly number[] => Array.from({ length: times }, () => delayMs);

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

test('a worker that stood still, and a wall clock that jumped, are told whatever the verdict', () => {
  const health = healthOf([{ delaysMs: [...often(1), 5000] }, { wallJumpMs: -3_600_000 }, { wallJumpMs: 5000 }]);
  expect(health).toMatchObject({ verdict: 'ok', stoodStillMs: expect.closeTo(5000, -2), wallJumpMs: -3_600_000 });
});

test('a quiet generator is ok, and says no more', () => {
  expect(healthOf([{}])).toEqual({
    verdict: 'ok',
    workers: 1,
    samples: 1,
    loopDelayP99Ms: expect.closeTo(1, 2),
    cpuRatio: expect.closeTo(0.2, 9),
    lateSendRatio: 0,
  });
});

test.each<[string, readonly Sampled[], { medianFirstMs: number; medianChunkGapMs: number }]>([
  [
    'event-loop delay p99 6.00 ms is over 5.00 ms',
    [{ delaysMs: often(6) }],
    { medianFirstMs: 50, medianChunkGapMs: 20 },
  ],
  ['half the median chunk gap', [{ delaysMs: often(3) }], { medianFirstMs: 50, medianChunkGapMs: 5 }],
  [
    'a worker used 95.0 % of a core',
    [{ worker: 1 }, { worker: 2, cpuRatio: 0.95 }],
    { medianFirstMs: 50, medianChunkGapMs: 20 },
  ],
  [
    '2.0 % of sends',
    [
      { sends: 300, lateSends: 6 },
      { worker: 2, sends: 300, lateSends: 6 },
    ],
    { medianFirstMs: 50, medianChunkGapMs: 20 },
  ],
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

test.each<[string, Sampled]>([
  ['one pause among a second of samples', { delaysMs: [...often(1, 96), 40, 30, 20, 10] }],
  ['one late send of 20', { sends: 20, lateSends: 0, delaysMs: often(1) }],
  ['a few late sends of 100', { sends: 100, lateSends: 5 }],
])('a short level is not called client-limited for %s', (_title, sample) => {
  expect(healthOf([sample]).verdict).toBe('ok');
});

test('a short level with delays most of the time is client-limited all the same', () => {
  expect(healthOf([{ delaysMs: [...often(1, 40), ...often(8, 60)] }])).toMatchObject({
    verdict: 'clientLimited',
    reason: expect.stringMatching(/^event-loop delay p95 8\.0\d ms is over 5\.00 ms$/),
  });
});

test.each<[string, Sampled, string]>([
  ['delays', { delaysMs: [1, 1, 40] }, 'of only 3 samples'],
  ['late sends', { sends: 20, lateSends: 3 }, '15.0 % of sends were over 10 ms late, of only 20'],
  ['CPU', { periodMs: 400, cpuRatio: 0.97 }, 'a worker used 97.0 % of a core'],
])('the verdict is unknown where there are too few %s to tell', (_title, sample, reason) => {
  const health = healthOf([sample]);
  expect(health.verdict).toBe('unknown');
  expect(health.reason).toContain(reason);
});

test('delays of workers are merged, percentiles are not averaged', () => {
  const { loopDelayP99Ms } = healthOf([{ delaysMs: often(1, 1000) }, { worker: 2, delaysMs: [100] }]);
  expect(loopDelayP99Ms).toBeCloseTo(1, 2);
});
