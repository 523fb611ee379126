import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from '../../src/metrics/histogram.ts';
import { WeightedQuantiles } from '../../src/metrics/weightedQuantiles.ts';

const blocks = fc.array(fc.array(fc.double({ min: 1, max: 1e5, noNaN: true }), { maxLength: 30 }), {
  minLength: 1,
  maxLength: 6,
});

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

test('mean and quantiles are those of all the values, each as often as its block is drawn', () => {
  fc.assert(
    fc.property(blocks, fc.array(fc.nat({ max: 3 }), { minLength: 6, maxLength: 6 }), (values, drawn) => {
      const weights = Float64Array.from(values, (_, index) => drawn[index] as number);
      const all = values.flatMap((block, index) =>
        Array.from({ length: weights[index] as number }, () => block).flat(),
      );
      fc.pre(all.length > 0);
      const found = new WeightedQuantiles(values.map(histogramOf));
      const sorted = all.toSorted((one, other) => one - other);
      expect(found.mean(weights) / (all.reduce((sum, value) => sum + value, 0) / all.length)).toBeCloseTo(1, 9);
      const shares = [0, 0.5, 0.9, 1];
      for (const [index, value] of found.quantiles(weights, shares).entries()) {
        const rank = (sorted.length - 1) * (shares[index] as number);
        // Within the bins of the values beside the rank.
        expect(value).toBeGreaterThanOrEqual((sorted[Math.floor(rank)] as number) * (1 - 2 ** -8));
        expect(value).toBeLessThanOrEqual((sorted[Math.ceil(rank)] as number) * (1 + 2 ** -8));
      }
    }),
  );
});

test('where nothing is drawn there is no value', () => {
  const found = new WeightedQuantiles([histogramOf([1, 2]), histogramOf([])]);
  const weights = Float64Array.from([0, 2]);
  expect(found.mean(weights)).toBeNaN();
  expect(found.quantiles(weights, [0.5, 0.9])).toEqual([Number.NaN, Number.NaN]);
});
