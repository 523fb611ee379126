import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OpenLoop } from '../../src/events/openLoop.ts';
import { arrivalsOf, countArrivals } from '../../src/workload/arrivals.ts';
import { dispersion, exponentialDistance, gapsOf, kolmogorovLimit } from './arrivalStatistics.ts';

function load(given: Partial<OpenLoop> = {}): OpenLoop {
  return { process: 'poisson', ratePerSec: 10, burstiness: 1, seconds: 60, seed: 1, maxInFlight: 1024, ...given };
}

function duesOf(given: OpenLoop, firstRequest = 0): readonly number[] {
  return [...arrivalsOf(given, firstRequest)].map(({ dueMs }) => dueMs);
}

test('at a constant rate every gap is the same, from 0, and the last is before the end', () => {
  expect(duesOf(load({ process: 'constant', ratePerSec: 4, seconds: 1 }))).toEqual([0, 250, 500, 750]);
  const many = duesOf(load({ process: 'constant', ratePerSec: 3, seconds: 10_000 }));
  expect(many).toHaveLength(30_000);
  expect(many.at(-1)).toBeCloseTo(9_999_666.667, 3);
});

test.each([0.5, 3, 40, 700])(
  'Poisson arrivals at %d a second have exponential gaps and are not bursty',
  (ratePerSec) => {
    const seconds = 20_000 / ratePerSec;
    const dues = duesOf(load({ ratePerSec, seconds }));
    expect(exponentialDistance(gapsOf(dues), 1000 / ratePerSec)).toBeLessThan(kolmogorovLimit);
    // The variance of 1 000 counts is within 0.15 of their mean but once in 1 000 times.
    expect(Math.abs(dispersion(dues, seconds * 1000, 1000) - 1)).toBeLessThan(0.15);
    expect(dues.length / 20_000).toBeCloseTo(1, 1);
  },
);

test('a test of gaps finds arrivals that are four times burstier than Poisson', () => {
  const dues = duesOf(load({ process: 'gamma', burstiness: 2, ratePerSec: 40, seconds: 500 }));
  expect(exponentialDistance(gapsOf(dues), 25)).toBeGreaterThan(kolmogorovLimit);
  expect(dispersion(dues, 500_000, 500)).toBeGreaterThan(3);
});

test.each([0.3, 1, 3])(
  'gaps of gamma arrivals have the coefficient of variation %d that was asked for',
  (burstiness) => {
    const gaps = gapsOf(duesOf(load({ process: 'gamma', burstiness, ratePerSec: 100, seconds: 400 })));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(mean / 10).toBeCloseTo(1, 1);
    expect(Math.sqrt(variance) / mean / burstiness).toBeCloseTo(1, 1);
  },
);

/** The 21st request is due at the very end, by the last bit of a product. */
const edge = { process: 'constant', ratePerSec: 199.99999999999963, seconds: 0.10000000000000019 } as const;

test('due times ascend, lie within the level, and follow from the seed and the number of the request', () => {
  const loads = fc.record({
    process: fc.constantFrom('constant', 'poisson', 'gamma'),
    ratePerSec: fc.double({ min: 0.1, max: 200, noNaN: true }),
    burstiness: fc.double({ min: 0.1, max: 4, noNaN: true }),
    seconds: fc.double({ min: 0.1, max: 20, noNaN: true }),
    seed: fc.nat(),
    maxInFlight: fc.constant(1024),
  });
  fc.assert(
    fc.property(loads, fc.nat(1000), (given, firstRequest) => {
      const arrivals = [...arrivalsOf(given as OpenLoop, firstRequest)];
      expect(arrivals.map(({ request }) => request)).toEqual(arrivals.map((_, index) => firstRequest + index));
      expect(gapsOf(arrivals.map(({ dueMs }) => dueMs)).every((gap) => gap >= 0)).toBe(true);
      expect(arrivals.every(({ dueMs }) => dueMs >= 0 && dueMs < given.seconds * 1000)).toBe(true);
      expect([...arrivalsOf(given as OpenLoop, firstRequest)]).toEqual(arrivals);
      expect(countArrivals(given as OpenLoop, firstRequest)).toBe(arrivals.length);
    }),
    {
      numRuns: 200,
      examples: [[{ ...edge, burstiness: 1, seed: 1, maxInFlight: 1024 }, 0]],
    },
  );
});
