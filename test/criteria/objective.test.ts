import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  judgeObjective,
  objectiveShares,
  parseObjective,
  requestLimits,
  samplesNeeded,
} from '../../src/criteria/objective.ts';
import { madeUpLevel, spread } from '../reports/madeUpRun.ts';

const never = () => undefined;

test.each([
  ['p99(ttft) < 500ms', { kind: 'latency', figure: 'ttftMs', statistic: 0.99 }, '<', 500],
  ['p99.9(e2e)<=2s', { kind: 'latency', figure: 'e2eMs', statistic: 0.999 }, '<=', 2000],
  [' mean( tpot ) < .5 min ', { kind: 'latency', figure: 'tpotMs', statistic: 'mean' }, '<', 30_000],
  ['max(queue) < 250us', { kind: 'latency', figure: 'queueMs', statistic: 'max' }, '<', 0.25],
  ['error_ratio < 1%', { kind: 'single', name: 'error_ratio' }, '<', 0.01],
  ['error_ratio <= 0.05', { kind: 'single', name: 'error_ratio' }, '<=', 0.05],
  ['output_tokens_per_s >= 1.2e3', { kind: 'single', name: 'output_tokens_per_s' }, '>=', 1200],
] as const)('%s is read', (text, subject, operator, limit) => {
  expect(parseObjective(text)).toEqual({ text, subject, operator, limit });
});

test.each([
  ['', 1, 'expected a figure such as p99(ttft), got the end'],
  ['p99(tft) < 500ms', 5, 'expected ttft, tpot, itl, e2e, queue, got tft'],
  ['p100(ttft) < 500ms', 1, 'expected mean, max or a percentile such as p99, got p100'],
  ['ttft < 500ms', 1, 'expected a statistic of it, such as p99(ttft), got ttft'],
  ['p99(ttft) = 500ms', 11, 'expected <, <=, > or >=, got ='],
  ['p99(ttft) < fast', 13, 'expected a number, got fast'],
  ['p99(ttft) < 500', 16, 'expected a unit: us, ms, s or min, got none'],
  ['p99(ttft) < 500%', 16, 'expected a unit: us, ms, s or min, got %'],
  ['p99(ttft < 500ms', 10, 'expected ), got <'],
  ['p99(ttft) < 500ms or', 19, 'expected nothing more, got or'],
  ['error_ratio < 5', 15, 'expected a share up to 1, or a number of %, got 5'],
  ['error_ratio < 500%', 15, 'expected a share up to 100 %, got 500'],
  ['requests_per_s > 5ms', 19, 'expected a number without a unit, got ms'],
  ['constructor < 5', 1, 'expected error_ratio, requests_per_s, output_tokens_per_s or a statistic'],
] as const)('%j is refused at column %i', (text, column, problem) => {
  expect(() => parseObjective(text)).toThrow(`--objective "${text}", column ${column}: ${problem}`);
});

test('any text is either read or refused in words', () => {
  const piece = fc.constantFrom('p99', 'mean', 'ttft', '(', ')', '<', '>=', '5', '.5', 'ms', '%', ' ', 'é', '🙂', '\n');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((parts) => parts.join('')),
      ),
      (text) => {
        try {
          expect(parseObjective(text).text).toBe(text);
        } catch (thrown) {
          expect(String(thrown)).toMatch(/column \d+: expected /);
        }
      },
    ),
  );
});

test.each([
  [0.5, 7],
  [0.9, 44],
  [0.95, 90],
  [0.99, 459],
  [0.999, 4603],
])('a verdict on p%f needs %i requests', (share, needed) => {
  expect(samplesNeeded(share)).toBe(needed);
});

test('a level meets, misses or says nothing', () => {
  const level = { ...madeUpLevel(8), ttftMs: spread(100, 459) };
  const find = () => 150;
  const of = (text: string, ofLevel = level) => judgeObjective(parseObjective(text), ofLevel, find);
  expect(of('p99(ttft) < 151ms')).toMatchObject({ status: 'met', value: 150 });
  expect(of('p99(ttft) < 150ms')).toMatchObject({ status: 'missed', value: 150 });
  expect(of('p99(ttft) < 1s', { ...level, ttftMs: spread(100, 458) })).toMatchObject({
    status: 'unknown',
    value: 150,
    reason: '458 requests, needed are 459',
  });
  expect(of('p99(ttft) < 1s', { ...level, generator: { verdict: 'clientLimited' } }).status).toBe('unknown');
  expect(judgeObjective(parseObjective('p99(ttft) < 1s'), level, never)).toMatchObject({
    status: 'unknown',
    reason: 'not measured',
  });
  expect(of('mean(ttft) <= 100ms').status).toBe('met');
  expect(of('requests_per_s > 1e9').status).toBe('missed');
});

test('failures and empty answers are errors, those that we cut off are none', () => {
  const level = madeUpLevel(8);
  const requests = { ...level.requests, completed: 90, failed: 4, empty: 6, cutOff: 50 };
  const verdict = judgeObjective(parseObjective('error_ratio <= 10%'), { ...level, requests }, never);
  expect(verdict).toMatchObject({ status: 'met', value: 0.1 });
});

test('goodput takes the limits that a single request can keep', () => {
  const objectives = ['p99(ttft) < 500ms', 'mean(itl) < 20ms', 'error_ratio < 1%', 'max(e2e) <= 2s'].map(
    parseObjective,
  );
  const limits = requestLimits(objectives);
  expect(limits.map(({ figure }) => figure)).toEqual(['ttftMs', 'e2eMs']);
  expect(limits.map(({ holds }) => holds(2000))).toEqual([false, true]);
  expect(objectiveShares(objectives)).toEqual([0.99]);
});
