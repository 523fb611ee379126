import { expect, test } from 'vitest';
import { randomStream } from '../../src/core/random.ts';
import { blockErrors } from '../../src/metrics/blockBootstrap.ts';

const values = [4, 7, 1, 9, 3, 8, 2, 6, 5, 10, 12, 11];

test('the error of a mean is that of the textbook, s / sqrt(n), within the noise of the draws', () => {
  const [error] = blockErrors(values.length, randomStream(1), (weights) => [
    weights.reduce((sum, weight, index) => sum + weight * (values[index] as number), 0) / values.length,
  ]);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  expect((error as number) / Math.sqrt(variance / values.length)).toBeCloseTo(1, 1);
});

test('each draw has as many blocks as there are', () => {
  const totals = new Set<number>();
  blockErrors(7, randomStream(2), (weights) => {
    totals.add(weights.reduce((sum, weight) => sum + weight, 0));
    return [0];
  });
  expect([...totals]).toEqual([7]);
});

test('the same seed gives the same errors', () => {
  const errors = () => blockErrors(5, randomStream(3), (weights) => [weights[0] as number, weights[4] as number]);
  expect(errors()).toEqual(errors());
});

test('a figure that many draws do not have has no error', () => {
  // A draw of three blocks is without the first in 8 of 27.
  const [rare, always] = blockErrors(3, randomStream(4), ([first]) => [1 / (first as number), first as number]);
  expect(rare).toBeUndefined();
  expect(always).toBeGreaterThan(0);
});
