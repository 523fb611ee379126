import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coarseBits, fineBits, Histogram } from '../../src/metrics/histogram.ts';
import { percentileOfSorted } from '../../src/metrics/percentile.ts';

const figures = fc.array(fc.double({ min: 0.001, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 200 });

function histogramOf(values: readonly number[], bits = fineBits): Histogram {
  const histogram = new Histogram(bits);
  for (const value of values) histogram.record(value);
  return histogram;
}

test.each([
  [fineBits, 0.001],
  [coarseBits, 0.01],
])('with %i bits every value lies within %f of its bin', (bits, error) => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (value) => {
      const bin = Histogram.fromPairs(histogramOf([value], bits).toPairs(), bits);
      expect(Math.abs((bin.mean as number) - value)).toBeLessThanOrEqual(value * error);
    }),
  );
});

test('a quantile is that of the sorted values, within 0.1 %', () => {
  fc.assert(
    fc.property(figures, fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
      const exact = percentileOfSorted(Float64Array.from(values).sort(), p) as number;
      expect(Math.abs((histogramOf(values).quantile(p) as number) - exact)).toBeLessThanOrEqual(exact * 0.001 + 1e-9);
    }),
  );
});

test('merging is associative, commutative and equal to recording everything in one', () => {
  fc.assert(
    fc.property(figures, figures, figures, (one, two, three) => {
      const leftFirst = histogramOf(one);
      leftFirst.merge(histogramOf(two));
      leftFirst.merge(histogramOf(three));
      const rightFirst = histogramOf(three);
      rightFirst.merge(histogramOf(two));
      rightFirst.merge(histogramOf(one));
      const all = histogramOf([...one, ...two, ...three]);
      for (const merged of [leftFirst, rightFirst]) {
        expect(merged.toPairs()).toEqual(all.toPairs());
        expect([merged.count, merged.min, merged.max]).toEqual([all.count, all.min, all.max]);
        expect(merged.quantile(0.9)).toBe(all.quantile(0.9));
        expect(merged.mean).toBeCloseTo(all.mean as number, 3);
      }
    }),
  );
});

test('pairs survive the way to an array and back', () => {
  fc.assert(
    fc.property(figures, (values) => {
      const pairs = histogramOf(values).toPairs();
      expect(Histogram.fromPairs(pairs).toPairs()).toEqual(pairs);
    }),
  );
});

test('0 keeps a bin of its own, beside values of any size', () => {
  const histogram = histogramOf([1e9, 0, 0]);
  expect(histogram.toPairs().slice(0, 2)).toEqual([0, 2]);
  expect([histogram.min, histogram.quantile(0.5), histogram.max]).toEqual([0, 0, 1e9]);
});

test('counts weigh the mean and the quantiles', () => {
  const histogram = new Histogram();
  histogram.record(10, 3);
  histogram.record(20, 1);
  expect(histogram.mean).toBe(12.5);
  expect(histogram.quantile(0.5)).toBeCloseTo(10, 1);
  expect(histogram.sd).toBeCloseTo(5, 1);
});

test('an empty histogram has no figures', () => {
  const { count, mean, sd, min, max } = new Histogram();
  expect({ count, mean, sd, min, max }).toEqual({ count: 0 });
  expect(new Histogram().quantile(0.5)).toBeUndefined();
});

test('histograms of different precision do not merge', () => {
  expect(() => histogramOf([1]).merge(histogramOf([1], coarseBits))).toThrow(/cannot merge/);
});
