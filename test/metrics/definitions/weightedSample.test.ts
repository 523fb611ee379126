import { expect, test } from 'vitest';
import { WeightedSample } from '../../../src/metrics/definitions/weightedSample.ts';

// 1 counts once, 2 three times, 4 not at all: worked out by hand.
test('a weighted percentile is the smallest value with that share of the weight below or at it', () => {
  const sample = new WeightedSample();
  sample.add(2, 2);
  sample.add(1);
  sample.add(4, 0);
  sample.add(2);
  sample.addUndefined();
  expect(sample.distribution()).toMatchObject({
    ...{ mean: 1.75, sd: Math.sqrt(3) / 4, min: 1, p50: 2, max: 2, count: 4, undefinedCount: 1 },
  });
  expect([0, 0.25, 0.26, 1].map((p) => sample.quantile(p))).toEqual([1, 1, 2, 2]);
});

test('nothing has no figures', () => {
  const sample = new WeightedSample();
  expect([sample.distribution(), sample.quantile(0.5)]).toEqual([{ count: 0, undefinedCount: 0 }, undefined]);
});
