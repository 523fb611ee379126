import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RateRamp } from '../../src/events/events.ts';
import type { OpenLoop } from '../../src/events/openLoop.ts';
import { arrivalsOf, countArrivals } from '../../src/workload/arrivals.ts';
import { openLoopAt } from '../../src/workload/openLoopOptions.ts';
import { meanRate, parseRamp, timeOfCount } from '../../src/workload/rateRamp.ts';
import { exponentialDistance, gapsOf, kolmogorovLimit } from './arrivalStatistics.ts';

function load(ramp: RateRamp, given: Partial<OpenLoop> = {}): OpenLoop {
  const steady = { process: 'poisson', burstiness: 1, seconds: 400, seed: 1, maxInFlight: 1024 } as const;
  return { ...steady, ratePerSec: meanRate(ramp), ramp, ...given };
}

/** Requests expected between two moments, by the trapezoid rule: what the rate says, and no formula of ours. */
function expectedBetween(
  { shape, fromPerSec: from, toPerSec: to }: RateRamp,
  lasts: number,
  start: number,
  end: number,
) {
  const rateAt = (t: number) =>
    shape === 'linear' ? from + ((to - from) * t) / lasts : from * (to / from) ** (t / lasts);
  const width = (end - start) / 8;
  return [0, 1, 2, 3, 4, 5, 6, 7].reduce(
    (sum, step) => sum + ((rateAt(start + step * width) + rateAt(start + (step + 1) * width)) / 2) * width,
    0,
  );
}

test.each([
  ['linear', '5..60'],
  ['linear', '60..0'],
  ['linear', '0..40'],
  ['exponential', '1..100'],
  ['exponential', '90..2'],
])('Poisson arrivals of a ramp %s %s have exponential gaps in the time of the expected count', (shape, rates) => {
  const ramp = parseRamp([shape, rates]) as RateRamp;
  const dues = [...arrivalsOf(load(ramp), 0)].map(({ dueMs }) => dueMs);
  const rescaled = dues.map((ms, index) => expectedBetween(ramp, 400, (dues[index - 1] ?? 0) / 1000, ms / 1000));
  expect(exponentialDistance(rescaled, 1)).toBeLessThan(kolmogorovLimit);
  // Without rescaling the same gaps are no sample of one exponential distribution: the test can tell.
  expect(exponentialDistance(gapsOf(dues), 1000 / meanRate(ramp))).toBeGreaterThan(kolmogorovLimit);
  const expected = meanRate(ramp) * 400;
  expect(Math.abs(dues.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
});

test('constant arrivals of a ramp come when the next whole number of requests is expected', () => {
  const dues = [
    ...arrivalsOf(load({ shape: 'linear', fromPerSec: 0, toPerSec: 8 }, { process: 'constant', seconds: 4 }), 0),
  ];
  // By hand: rate = 2 t, so n requests are expected at the root of n seconds.
  expect(dues.map(({ dueMs }) => dueMs)).toEqual(
    Array.from({ length: 16 }, (_, n) => expect.closeTo(1000 * Math.sqrt(n), 6)),
  );
});

test('due times of a ramp ascend within the level and follow from the seed and the number of the request', () => {
  const ramps = fc.record({
    shape: fc.constantFrom('linear', 'exponential'),
    fromPerSec: fc.double({ min: 0.1, max: 100, noNaN: true }),
    toPerSec: fc.double({ min: 0.1, max: 100, noNaN: true }),
  });
  const process = fc.constantFrom('constant', 'poisson', 'gamma');
  fc.assert(
    fc.property(ramps, process, fc.nat(1000), (ramp, kind, first) => {
      const given = load(ramp as RateRamp, { process: kind as OpenLoop['process'], burstiness: 2, seconds: 10 });
      const arrivals = [...arrivalsOf(given, first)];
      expect(arrivals.map(({ request }) => request)).toEqual(arrivals.map((_, index) => first + index));
      expect(gapsOf(arrivals.map(({ dueMs }) => dueMs)).every((gap) => gap >= 0)).toBe(true);
      expect(arrivals.every(({ dueMs }) => dueMs >= 0 && dueMs < 10_000)).toBe(true);
      expect(countArrivals(given, first)).toBe(arrivals.length);
    }),
    { numRuns: 60 },
  );
});

test('a ramp that does not change is a steady rate', () => {
  const ramp: RateRamp = { shape: 'exponential', fromPerSec: 7, toPerSec: 7 };
  expect(meanRate(ramp)).toBe(7);
  expect(timeOfCount(ramp, 30)(21)).toBe(3);
});

test.each([
  ['linear', '20'],
  ['linear', '0..0'],
  ['exponential', '0..5'],
  ['square', '1..2'],
  ['linear', '-1..2'],
])('a ramp %s %s cannot be read', (...words) => expect(parseRamp(words)).toBeUndefined());

test('a level of a ramp counts whole, and is as long as its mean rate needs', () => {
  const options = {
    arrivals: 'poisson',
    burstiness: 1,
    max_in_flight: 9,
    min_requests: 900,
    search_rate: false,
  } as const;
  expect(openLoopAt({ ...options, ramp: ['linear', '1..19'] }, 10, 3)).toMatchObject({
    ramp: { shape: 'linear', fromPerSec: 1, toPerSec: 19 },
    seconds: 90,
    fillingSeconds: 0,
  });
});
