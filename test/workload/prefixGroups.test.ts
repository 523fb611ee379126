import { expect, test } from 'vitest';
import { expectedHitRatio } from '../../src/workload/expectedHits.ts';
import { createPrefixGroups } from '../../src/workload/prefixGroups.ts';
import { prefixProblems } from '../../src/workload/prefixOptions.ts';
import type { PrefixPart, Shapes } from '../../src/workload/requestShape.ts';

const requests = 50_000;
const level = (firstRequest: number, planned: number) => ({ firstRequest, planned, clients: 1 });

function sharesOf(prefix_groups: number, prefix_zipf: number): readonly number[] {
  const groupOf = createPrefixGroups({ prefix_tokens: 8, prefix_groups, prefix_zipf }, 1);
  const counts = new Array<number>(prefix_groups).fill(0);
  for (let request = 0; request < requests; request++) {
    const group = groupOf(request)[0]?.number ?? 0;
    counts[group] = (counts[group] ?? 0) + 1;
  }
  return counts.map((count) => count / requests);
}

test.each([
  [0, [0.25, 0.25, 0.25, 0.25]],
  [1, [0.48, 0.24, 0.16, 0.12]],
  [2, [0.7024, 0.1756, 0.078, 0.0439]],
])('with prefix_zipf %d four groups get requests as 1 / k^s', (exponent, expected) => {
  sharesOf(4, exponent).forEach((share, group) => {
    expect(Math.abs(share - (expected[group] ?? 0))).toBeLessThan(0.009); // 4 standard errors
  });
});

function shapes(prefixesRecur: boolean, ...prefixes: readonly (readonly PrefixPart[])[]): Shapes {
  return {
    prefixesRecur,
    shapeOf: (request) => ({ promptTokens: 100, maxNewTokens: 1, prefix: prefixes[request] ?? [] }),
  };
}

test('prefixes that recur in every level are all expected in the cache, others from their second use on', () => {
  const group = [{ number: 3, tokens: 40 }];
  expect(expectedHitRatio(shapes(true, group, group), level(0, 4))).toBe(80 / 400);
  expect(expectedHitRatio(shapes(false, group, group), level(0, 4))).toBe(40 / 400);
});

test('a block is found only behind blocks that are found', () => {
  const blocks = (...numbers: readonly number[]) => numbers.map((number) => ({ number, tokens: 30 }));
  const deck = shapes(false, blocks(1, 2, 3), blocks(1, 9, 3, 2));
  expect(expectedHitRatio(deck, level(0, 2))).toBe(30 / 200);
});

test('no more of a prefix is expected than the prompt has, and nothing where none is shared', () => {
  const long = [{ number: 1, tokens: 500 }];
  expect(expectedHitRatio(shapes(true, long), level(0, 1))).toBe(1);
  expect(expectedHitRatio(shapes(true), level(0, 5))).toBeUndefined();
});

test.each([
  [{ prefix_tokens: 0, prefix_groups: 3, prefix_zipf: 0 }, 'prefix_groups', '--prefix_tokens'],
  [{ prefix_tokens: 9, prefix_groups: 1, prefix_zipf: 1 }, 'prefix_zipf', '--prefix_groups'],
])('options without effect are refused, with what is missing: %j', (options, given, missing) => {
  expect(prefixProblems(options, (name) => name === given)).toEqual([
    expect.stringMatching(new RegExp(`^--${given}: .*expected ${missing} beside it`)),
  ]);
});
