import { expect, test } from 'vitest';
import {
  after,
  allOf,
  anyOf,
  cost,
  e2e,
  errorRatio,
  mean,
  minutes,
  named,
  outputTokens,
  percentile,
  requestCount,
  seconds,
  throughput,
  ttft,
} from '../../src/criteria/conditions.ts';
import { parseCondition, textOf } from '../../src/criteria/conditionText.ts';

test.each([
  [mean(e2e).above(seconds(10)), 'mean(e2e) > 10s'],
  [percentile(90, ttft).atMost(250), 'p90(ttft) <= 250ms'],
  [outputTokens.gainBelow(0.05), 'gain(output_tokens_per_s) < 5%'],
  [errorRatio.above(0.29), 'error_ratio > 29%'],
  [after(minutes(2)), 'elapsed > 120s'],
  [anyOf(named('plateau')), 'plateau'],
  [
    allOf(anyOf(cost.atLeast(5), requestCount.atLeast(1e6)), named('drift')),
    '(cost >= 5 or requests >= 1000000) and drift',
  ],
  [
    anyOf(
      mean(e2e).above(seconds(10)),
      allOf(throughput.gainBelow(0.05), after(seconds(30))),
      errorRatio.above(0.2).forAtLeast(seconds(5)),
    ),
    'mean(e2e) > 10s or gain(throughput) < 5% and elapsed > 30s or error_ratio > 20% for 5s',
  ],
])('what is built in code is the tree of its text: %#', (condition, text) => {
  expect(textOf(condition)).toBe(text);
  expect(textOf(parseCondition(text))).toBe(text);
});

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('a limit of %d is refused where it is written', (limit) => {
  expect(() => mean(e2e).above(limit)).toThrow(`expected a limit from 0, got ${limit}`);
});

test('a combination of nothing is refused', () => {
  expect(() => anyOf()).toThrow('expected at least one');
});
