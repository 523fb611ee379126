import { expect, test } from 'vitest';
import { studentQuantile, studentTwoSided } from '../../src/metrics/student.ts';

// Closed forms: df 1 is Cauchy's distribution, df 2 has t / sqrt(2 + t^2) between -t and t; the others are printed tables'.
test.each([
  [12.7062047, 1],
  [4.30265273, 2],
  [2.26215716, 9],
  [2.09302405, 19],
  [1.98397152, 100],
])('a share of 5 %% lies beyond t = %d with %d degrees of freedom', (t, df) => {
  expect(studentQuantile(0.05, df)).toBeCloseTo(t, 6);
  expect(studentTwoSided(t, df)).toBeCloseTo(0.05, 8);
});

test.each([0.1, 1, 3, 50])('one and two degrees of freedom follow their closed forms at t = %d', (t) => {
  expect(studentTwoSided(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 12);
  expect(studentTwoSided(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 12);
});

test('both sides count alike, and nothing lies beyond infinity', () => {
  expect(studentTwoSided(-2, 7.5)).toBe(studentTwoSided(2, 7.5));
  expect(studentTwoSided(0, 5)).toBeCloseTo(1, 12);
  expect(studentTwoSided(Number.POSITIVE_INFINITY, 5)).toBe(0);
});
