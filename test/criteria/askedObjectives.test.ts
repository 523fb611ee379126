import { expect, test } from 'vitest';
import { askedObjectives } from '../../src/criteria/askedObjectives.ts';

const ask = (objective: readonly string[], attain?: number) =>
  askedObjectives({ objective, ...(attain === undefined ? {} : { attain }) } as never);

test('the share is that of the percentiles, and the longest limit on a wait is kept in mind', () => {
  expect(ask(['p99(ttft) < 500ms', 'p99(e2e) < 4s', 'p99(tpot) < 1min'])).toMatchObject({
    attain: 0.99,
    limitMs: 4000,
  });
  expect(ask(['p90(ttft) < 1s'], 0.9)?.limits.map(({ figure, holds }) => [figure, holds(999), holds(1000)])).toEqual([
    ['ttftMs', true, false],
  ]);
  expect(ask([])).toBeUndefined();
});

test.each([
  [['mean(ttft) < 1s'], undefined, 'none of single requests'],
  [['error_ratio < 1%'], undefined, 'none of single requests'],
  [['p99(itl) < 1s'], undefined, 'none of single requests'],
  [['p99(ttft) > 1s'], undefined, 'none of single requests'],
  [['p99(ttft) < 1s', 'p95(e2e) < 9s'], undefined, 'another share than 0.99'],
  [['p99(ttft) < 1s'], 0.95, 'another share than 0.95'],
] as const)('%j with --attain %s is refused', (objective, attain, words) => {
  expect(() => ask(objective, attain)).toThrow(words);
});
