import { expect, test } from 'vitest';
import { listFigures } from '../../src/imports/figures.ts';

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
