import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../src/core/random.ts';
import { drawLength } from '../../src/workload/lengthDistribution.ts';

test('draws are whole numbers in [1, max]', () => {
  const lengths = fc.record({
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

test('mean and standard deviation are those that were asked, where the ends are far', () => {
  const draws = Array.from({ length: 20_000 }, (_, request) =>
    drawLength({ mean: 1000, var: 0.1, max: 4000 }, randomStream(1, 'length', request)),
  );
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const sd = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length);
  expect(Math.abs(mean - 1000)).toBeLessThan(3); // 4 standard errors are 2.8
  expect(Math.abs(sd - 100)).toBeLessThan(2.1);
});

test('draws beyond the end are drawn again, not piled up there', () => {
  const draws = Array.from({ length: 5000 }, (_, request) =>
    drawLength({ mean: 100, var: 0.5, max: 100 }, randomStream(2, request)),
  );
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  expect(draws.filter((draw) => draw === 100).length).toBeLessThan(80); // cut off instead, it would be 2500
  expect(Math.abs(mean - 62)).toBeLessThan(3); // 100 - 50 * sqrt(2 / pi), a little more by the cut at 1
});
