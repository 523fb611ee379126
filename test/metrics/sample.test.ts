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
