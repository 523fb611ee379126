import { expect, test } from 'vitest';
import { listFigures, weightedFigures } from '../../src/imports/figures.ts';

// Mean, standard deviations over n and n - 1, 90th percentile: worked out with Python's statistics and by hand.
test.each([
  [[1, 2, 4, 8], 3.75, 2.680951323690902, 3.095695936834452, 6.8],
  [[5], 5, 0, undefined, 5],
])('figures of %j are those of another library', (values, mean, population, sample, p90) => {
  const figures = listFigures(values);
  expect(figures.mean).toBe(mean);
  expect(figures.populationSd).toBeCloseTo(population, 14);
  if (sample === undefined) expect(figures.sampleSd).toBeUndefined();
  else expect(figures.sampleSd).toBeCloseTo(sample, 14);
  expect(figures.percentile(0.9)).toBeCloseTo(p90, 14);
});

test('nothing has no figures', () => {
  const figures = listFigures([]);
  expect([figures.mean, figures.populationSd, figures.percentile(0.5)]).toEqual([undefined, undefined, undefined]);
});

// 1 counts once, 2 three times, 4 not at all: worked out by hand.
test('a weighted percentile is the smallest value with that share of the weight below or at it', () => {
  const { mean, sd, percentile } = weightedFigures([
    [2, 2],
    [1, 1],
    [4, 0],
    [2, 1],
  ]);
  expect([mean, sd]).toEqual([1.75, Math.sqrt(3) / 4]);
  expect([0, 0.25, 0.26, 1].map(percentile)).toEqual([1, 1, 2, 2]);
});
