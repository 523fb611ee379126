import { expect, test } from 'vitest';
import { percentileOfSorted } from '../../src/metrics/percentile.ts';
import { Sample } from '../../src/metrics/sample.ts';

function sampleOf(values: Iterable<number>, limit?: number): Sample {
  const sample = new Sample(limit);
  for (const value of values) sample.add(value);
  return sample;
}

test.each([
  [[7], 0.99, 7],
  [[1, 2], 0.5, 1.5],
  [[1, 2, 3, 4], 0.9, 3.7],
  [[10, 20, 30, 40, 50], 0.25, 20],
  [[10, 20, 30, 40, 50], 0, 10],
  [[10, 20, 30, 40, 50], 1, 50],
])('the percentile of %j at %f is %f', (values, p, expected) => {
  expect(percentileOfSorted(Float64Array.from(values), p)).toBeCloseTo(expected, 12);
});

test('there is no percentile of nothing', () => {
  expect(percentileOfSorted(new Float64Array(0), 0.5)).toBeUndefined();
});

test('a sample gives the closed forms of 1 to 100, in whatever order they come', () => {
  const upwards = Array.from({ length: 100 }, (_, index) => index + 1);
  const distribution = sampleOf(upwards).distribution();
  expect(distribution).toMatchObject({ mean: 50.5, min: 1, p50: 50.5, max: 100, count: 100, undefinedCount: 0 });
  expect(distribution.p90).toBeCloseTo(90.1, 10);
  expect(distribution.sd).toBeCloseTo(Math.sqrt((100 * 101) / 12), 10);
  expect(sampleOf(upwards.toReversed()).distribution()).toEqual(distribution);
});

test.each([[[3, 0.5, 0, 1e9, 2.25]], [[2, -3, 0, -0.5, -1e9, 7]]])('%j come in ascending order', (values) => {
  const sample = sampleOf(values);
  const ranks = values.map((_, rank) => sample.quantile(rank / (values.length - 1)));
  expect(ranks).toEqual(values.toSorted((one, other) => one - other));
});

test('what was not measured is absent, never 0', () => {
  const sample = new Sample();
  sample.addUndefined();
  expect(sample.distribution()).toEqual({ count: 0, undefinedCount: 1 });
  expect(sampleOf([5]).distribution()).not.toHaveProperty('sd');
});

test('beyond its limit a sample stays within 0.1 %', () => {
  const values = Array.from({ length: 5000 }, (_, index) => 1 + index * 0.37);
  const exact = sampleOf(values).distribution();
  const binned = sampleOf(values, 1000).distribution();
  expect(binned.count).toBe(5000);
  for (const figure of ['mean', 'sd', 'min', 'p50', 'p90', 'p95', 'p99', 'max'] as const) {
    const expected = exact[figure] as number;
    expect(Math.abs((binned[figure] as number) - expected)).toBeLessThanOrEqual(0.001 * expected);
  }
});

test('quantiles are those of all values so far, whenever they are asked for', () => {
  const sample = new Sample();
  for (const value of [5, 1, 9]) sample.add(value);
  expect([0, 0.5, 1].map((p) => sample.quantile(p))).toEqual([1, 5, 9]);
  sample.add(0);
  expect([0, 0.5, 1].map((p) => sample.quantile(p))).toEqual([0, 3, 9]);
  expect(sample.histogram(4).count).toBe(4);
});

test('beyond its limit a sample gives the quantiles and the counts of its histogram', () => {
  const sample = new Sample(3);
  for (const value of [100, 200, 300, 400, 500]) sample.add(value);
  expect(sample.quantile(1)).toBe(500);
  expect(sample.quantile(0.5)).toBeCloseTo(300, -1);
  const bins = sample.histogram(4).bins();
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(5);
  expect(bins.every(({ fromMs, toMs }) => fromMs < toMs)).toBe(true);
});
