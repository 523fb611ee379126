import { expect, test } from 'vitest';
import { type CriterionProgress, criteriaProgress, type RunSoFar } from '../../src/criteria/criterionProgress.ts';
import { madeUpLevel } from '../reports/madeUpRun.ts';

const options = {
  early_stop_latency: 10,
  max_error_ratio: 0.5,
  max_level_seconds: 60,
  stop_at_plateau: true,
  precision: 0.02,
};
const running = { prepared: { clients: 4 }, completed: 30, empty: 2, failures: { timeout: 8 }, e2eMs: { mean: 2500 } };

test.each<readonly [string, RunSoFar, string, Partial<CriterionProgress>]>([
  ['a mean latency', { ended: [], running }, 'early_stop_latency', { value: 2.5, limit: 10, reachedRatio: 0.25 }],
  ['failures and empty answers', { ended: [], running }, 'max_error_ratio', { value: 0.25, reachedRatio: 0.5 }],
  ['the time of a level', { ended: [], elapsedMs: 90_000 }, 'max_level_seconds', { value: 90, reachedRatio: 1 }],
  ['an interval', { ended: [], relativeHalfWidth: 0.08 }, 'precision', { value: 0.08, reachedRatio: 0.25 }],
])('%s is told with its share of the way', (_what, soFar, name, expected) => {
  expect(progressOf(soFar, name)).toMatchObject(expected);
});

test('the gain is that of the last level that ended', () => {
  const ended = [madeUpLevel(1), madeUpLevel(2)];
  const { value, reachedRatio } = progressOf({ ended }, 'plateau');
  expect(value).toBeGreaterThan(0.05);
  expect(reachedRatio).toBeCloseTo(0.05 / (value ?? Number.NaN));
});

test.each([
  ['early_stop_latency', { ...running, e2eMs: {} }],
  ['max_error_ratio', { ...running, completed: 3, empty: 0, failures: { timeout: 9 } }],
  ['max_level_seconds', running],
  ['plateau', running],
  ['precision', running],
])('without data %s is not known, whatever the limit', (name, so) => {
  const progress = progressOf({ ended: [], running: so }, name);
  expect(progress).not.toHaveProperty('value');
  expect(progress).not.toHaveProperty('reachedRatio');
});

test('criteria that are off are not told', () => {
  const off = { ...options, max_level_seconds: undefined, stop_at_plateau: false, precision: undefined };
  expect(criteriaProgress(off, { ended: [] }).map(({ criterion }) => criterion)).toEqual([
    'early_stop_latency',
    'max_error_ratio',
  ]);
});

function progressOf(soFar: RunSoFar, name: string): CriterionProgress {
  return criteriaProgress(options, soFar).find(({ criterion }) => criterion === name) ?? expect.fail(`no ${name}`);
}
