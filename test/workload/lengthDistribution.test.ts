import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../src/core/random.ts';
import { drawLength, lengthShapes } from '../../src/workload/lengthDistribution.ts';

test('draws are whole numbers in [1, max]', () => {
  const lengths = fc.record({
    shape: fc.constantFrom(...lengthShapes),
    mean: fc.integer({ min: 1, max: 10_000 }),
    var: fc.double({ min: 0, max: 10, noNaN: true }),
    max: fc.integer({ min: 1, max: 10_000 }),
  });
  fc.assert(
    fc.property(lengths, fc.integer(), (distribution, seed) => {
      const length = drawLength(distribution, randomStream(seed));
      expect(Number.isInteger(length)).toBe(true);
      expect(length).toBeGreaterThanOrEqual(1);
      expect(length).toBeLessThanOrEqual(distribution.max);
    }),
  );
});

test.each(['normal', 'lognormal', 'uniform'] as const)(
  '%s: mean and sd are those asked, where the ends are far',
  (shape) => {
    const draws = Array.from({ length: 20_000 }, (_, request) =>
      drawLength({ shape, mean: 1000, var: 0.1, max: 4000 }, randomStream(1, 'length', request)),
    );
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const sd = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length);
    expect(Math.abs(mean - 1000)).toBeLessThan(3); // 4 standard errors are 2.8
    expect(Math.abs(sd - 100)).toBeLessThan(2.1);
  },
);

test('draws beyond the end are drawn again, not piled up there', () => {
  const draws = Array.from({ length: 5000 }, (_, request) =>
    drawLength({ shape: 'normal', mean: 100, var: 0.5, max: 100 }, randomStream(2, request)),
  );
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  expect(draws.filter((draw) => draw === 100).length).toBeLessThan(80); // cut off instead, it would be 2500
  expect(Math.abs(mean - 62)).toBeLessThan(3); // 100 - 50 * sqrt(2 / pi), a little more by the cut at 1
});

test('fixed lengths are the mean, whatever the sd', () => {
  expect(drawLength({ shape: 'fixed', mean: 500, var: 0.5, max: 4000 }, randomStream(1))).toBe(500);
});

test('uniform lengths end at sqrt(3) sd from the mean, log-normal ones lean to the short side', () => {
  const draws = (shape: 'uniform' | 'lognormal') =>
    Array.from({ length: 5000 }, (_, request) =>
      drawLength({ shape, mean: 1000, var: 0.5, max: 100_000 }, randomStream(3, request)),
    ).sort((one, other) => one - other);
  const uniform = draws('uniform');
  expect([uniform.at(0), uniform.at(-1)]).toEqual([expect.closeTo(134, -1), expect.closeTo(1866, -1)]);
  const median = draws('lognormal')[2500] ?? 0;
  expect(Math.abs(median - 1000 / Math.sqrt(1.25))).toBeLessThan(30); // exp(mu)
});
