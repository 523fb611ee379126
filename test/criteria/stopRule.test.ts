import { from, lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { own } from '../../src/criteria/conditions.ts';
import type { Decision } from '../../src/criteria/criterion.ts';
import { criterionStates } from '../../src/criteria/criterionStates.ts';
import type { Truth } from '../../src/criteria/expression.ts';
import { criteria } from '../../src/criteria/registry.ts';
import { RuleFold } from '../../src/criteria/ruleFold.ts';
import { type OutsideCriteria, readStop } from '../../src/criteria/stopCriteria.ts';
import type { StopRule } from '../../src/criteria/stopRule.ts';
import type { Scope } from '../../src/criteria/streamFigures.ts';
import type { Analysed } from '../../src/metrics/analysed.ts';
import { madeUpLevel } from '../metrics/madeUpLevel.ts';
import { allAt, answered, prepared, sampled, started, stream, summarized, usual, window } from './streamItems.ts';

const none: OutsideCriteria = new Map();

/** What a rule says at last. */
function truthOf(text: string, items: readonly Analysed[], scope: Scope = 'sweep'): Truth | undefined {
  const rule = readStop(text, '--stop', usual, none) as StopRule;
  const fold = new RuleFold(rule, { scope, windowMs: 10_000, prices: [1, 2] });
  return items.map((item) => fold.add(item)).findLast((reading) => reading !== undefined)?.truth;
}

function decide(options: object, items: readonly Analysed[]): Promise<Decision[]> {
  const settings = { ...usual, early_stop_latency: 1e6, max_error_ratio: 1, ...options };
  return lastValueFrom(from(items).pipe(criteria(settings), toArray()));
}

const running = stream(prepared(0), started(0, 500));
const flow = { requestsPerSec: 5, outputTokensPerSec: 100 };
const twoLevels = [summarized(madeUpLevel(4, 10, 400)), summarized(madeUpLevel(8, 10.4, 800))];

test.each<[string, readonly Analysed[], Truth, Truth, Truth]>([
  // rule with a limit X; items; truth at 1, at 1e9 (as a share: 0.0001 and 1), and without data
  ['mean(e2e) > Xms', stream(running, window(10_500, { e2eMs: allAt(300, 2) })), true, false, 'unknown'],
  ['p90(ttft) > Xms', stream(running, window(10_500, { ttftMs: allAt(300, 44) })), true, false, 'unknown'],
  ['p90(ttft) > Xms', stream(running, window(10_500, { ttftMs: allAt(300, 43) })), 'unknown', 'unknown', 'unknown'],
  ['p99(tpot) > Xms', stream(running, window(10_500, { tpotMs: allAt(300, 459) })), true, false, 'unknown'],
  ['throughput > X', stream(running, window(10_500, flow)), true, false, 'unknown'],
  ['requests_per_s > X', stream(running, window(10_500, flow)), true, false, 'unknown'],
  [
    'output_tokens_per_s > X',
    stream(running, window(5_500, { ...flow, fromMs: 500 })),
    'unknown',
    'unknown',
    'unknown',
  ],
  ['output_tokens_per_s > X', [summarized(madeUpLevel(4, 10, 400))], true, false, 'unknown'],
  ['in_flight > X', stream(running, window(10_500, { inFlight: 8 })), true, false, 'unknown'],
  ['level_e2e > Xms', [summarized(madeUpLevel(4, 10, 400))], true, false, 'unknown'],
])('%s is told with three values', (text, items, atOne, atMost, withoutData) => {
  expect(truthOf(text.replace('X', '1'), items)).toBe(atOne);
  expect(truthOf(text.replace('X', '1000000000'), items)).toBe(atMost);
  expect(truthOf(text.replace('X', '1'), [prepared(0), sampled(600)])).toBe(withoutData);
});

test.each<[string, readonly Analysed[], Truth]>([
  ['gain(output_tokens_per_s) < 5%', twoLevels, true],
  ['gain(throughput) < 3%', twoLevels, false],
  ['gain(requests_per_s) < 5%', twoLevels.slice(0, 1), 'unknown'],
  ['gain(throughput) < 5%', stream(twoLevels, prepared(9, 16), sampled(3000)), true], // until the next one ends
  ['gain(throughput) < 5%', stream(twoLevels, prepared(9, 4, 3000, 1), sampled(3000)), 'unknown'], // another sweep
  ['gain(throughput) < 5%', twoLevels.toReversed(), 'unknown'], // fewer clients than before
  [
    'gain(throughput) < 5%',
    [...twoLevels, summarized(madeUpLevel(16, 10, 1, { generator: { verdict: 'clientLimited' } }))],
    'unknown',
  ],
  ['mean(e2e) > 1ms', [summarized(madeUpLevel(4, 10, 400, { generator: { verdict: 'clientLimited' } }))], 'unknown'],
  [
    'error_ratio > 20%',
    stream(running, window(1000, { empty: 2, failures: { timeout: 1, aborted: 50 }, e2eMs: allAt(1, 7) })),
    true,
  ],
  ['error_ratio > 20%', stream(running, window(1000, { empty: 2, e2eMs: allAt(1, 8) })), false],
  ['error_ratio > 20%', stream(running, window(1000, { empty: 9 })), 'unknown'],
  ['requests >= 2', stream(running, answered(600), answered(700), sampled(1000)), true],
  ['tokens >= 301', stream(running, answered(600), answered(700), sampled(1000)), false],
  ['tokens >= 300', stream(running, answered(600), answered(700), sampled(1000)), true],
  ['cost >= 0.0002', stream(running, answered(600), sampled(1000)), true], // 100 at 1 and 50 at 2, a million
  ['cost > 0.0002', stream(running, answered(600), sampled(1000)), false],
])('%s is told from the stream', (text, items, truth) => {
  expect(truthOf(text, items)).toBe(truth);
});

test.each<[Scope, string, Truth]>([
  ['run', 'elapsed >= 3s', true],
  ['sweep', 'elapsed >= 2s', true],
  ['sweep', 'elapsed >= 2001ms', false],
  ['level', 'elapsed >= 1s', true],
  ['level', 'elapsed >= 1001ms', false],
])('over the %s, %s is counted from where it began', (scope, text, truth) => {
  const items = stream(prepared(0, 4, 0), prepared(1, 4, 1000, 1), started(1, 2000), sampled(3000));
  expect(truthOf(text, items, scope)).toBe(truth);
});

const [yes, no, unknown] = ['elapsed >= 0s', 'elapsed > 1min', 'mean(e2e) > 1s'];
test.each<[string, Truth]>([
  [`${yes} or ${unknown}`, true],
  [`${no} or ${unknown}`, 'unknown'],
  [`${no} or ${no}`, false],
  [`${yes} and ${unknown}`, 'unknown'],
  [`${no} and ${unknown}`, false],
  [`${yes} and ${yes}`, true],
  [`${unknown} for 1s`, 'unknown'],
])('%s is %s', (text, truth) => {
  expect(truthOf(text, [prepared(0), sampled(1000)])).toBe(truth);
});

test('a lasting condition begins anew after a break, and where it is unknown', () => {
  const slow = (atMs: number) => window(atMs, { e2eMs: allAt(2000, 5) });
  const text = 'mean(e2e) > 1s for 2s';
  expect(truthOf(text, stream(running, slow(1000), slow(2000)))).toBe(false);
  expect(truthOf(text, stream(running, slow(1000), slow(2000), slow(3000)))).toBe(true);
  expect(truthOf(text, stream(running, slow(1000), window(2000), slow(3000), slow(4000)))).toBe(false);
});

test.each([
  ['mean(e2e) > 10', 15, 'a unit: us, ms, s or min, got none'],
  ['mean(e2e) > 10s for 5%', 22, 'a unit: us, ms, s or min, got %'],
  ['elapsed > 30', 13, 'a unit: us, ms, s or min, got none'],
  ['gain(throughput) < 5', 20, 'a share up to 1, or a number of %, got 5'],
  ['error_ratio > 500%', 15, 'a share up to 100 %, got 500'],
  ['kept_ratio < 101%', 14, 'a share up to 100 %, got 101'],
  ['objective_missed(error_ratio < 500%)', 32, 'a share up to 100 %, got 500'],
  ['gain(e2e) < 5%', 6, 'throughput, output_tokens_per_s, requests_per_s, got e2e'],
  ['gain < 5%', 1, 'what it is taken of, such as gain(throughput), got gain'],
  ['p95(ttft) > 1s', 1, 'gain, gain_at_most, half_width, growth, mean, p50, p90, p99, got p95'],
  ['ttft > 1s', 1, 'a statistic of it, such as p90(ttft), got ttft'],
  ['throughput > 5ms', 15, 'a number without a unit, got ms'],
  ['constructor > 5', 1, 'throughput, output_tokens_per_s'],
  ['toString', 1, 'a comparison such as mean(e2e) > 10s, or one of budget, drift'],
  ['plateau or budget', 12, 'an option that begins with --budget_ beside it, got budget'],
  ['mean(e2e) worse by 5%', 1, 'a condition on one run'],
  ['missed(mean(e2e) < 1s)', 1, 'objective_missed, got missed'],
  ['objective_missed(p42(e2e) < 1s)', 18, 'mean, max, p50, p90, p95 or p99, got p42'],
  ['objective_missed(mean(e2e) < 1)', 31, 'a unit'],
] as const)('%j is refused at column %i, before anything runs', (text, column, problem) => {
  expect(() => criteria({ ...usual, stop: [text] })).toThrow(`--stop "${text}", column ${column}: expected ${problem}`);
});

test('a sweep is ended once, with the numbers that made it true and in words', async () => {
  const items = stream(prepared(0, 16), window(10_000, { e2eMs: allAt(12_000, 5) }), sampled(31_000), sampled(32_000));
  const decisions = await decide({ stop: ['plateau or (mean(e2e) > 10s and elapsed > 30s)'] }, items);
  expect(decisions).toEqual([
    {
      criterion: 'stop',
      action: 'endSweep',
      level: 0,
      sweep: 0,
      atSeq: 31_000,
      atMs: 31_000,
      value: 12_000,
      limit: 10_000,
      numbers: [
        { condition: 'mean(e2e) > 10s', value: 12_000, limit: 10_000 },
        { condition: 'elapsed > 30s', value: 31_000, limit: 30_000 },
      ],
      message: 'with 16 clients, mean(e2e) > 10s (12 s) and elapsed > 30s (31 s)',
    },
  ]);
});

test('each level that is too slow is ended, and one that has ended is left alone', async () => {
  const slow = (atMs: number, level: number) => window(atMs, { level, e2eMs: allAt(12_000, 5) });
  const items = stream(
    [prepared(0), slow(1000, 0), slow(2000, 0), summarized({ ...madeUpLevel(4, 1, 12_000), level: 0 })],
    [prepared(1), summarized({ ...madeUpLevel(8, 1, 12_000), level: 1 })],
    [prepared(2), slow(9000, 2)],
  );
  const decisions = await decide({ stop_level: ['mean(e2e) > 10s'] }, items);
  expect(decisions.map(({ action, level, atMs }) => [action, level, atMs])).toEqual([
    ['endLevel', 0, 1000],
    ['endLevel', 2, 9000],
  ]);
});

test('a budget ends the run, whatever sweep it is in', async () => {
  const items = stream(
    prepared(0),
    answered(1),
    prepared(1, 4, 2000, 1),
    answered(2001, 1),
    sampled(3000),
    sampled(4000),
  );
  const decisions = await decide({ budget_requests: 2 }, items);
  expect(decisions).toMatchObject([{ criterion: 'budget', action: 'endRun', level: 1, sweep: 1, value: 2, limit: 2 }]);
});

test('a limit on what events count up is crossed with the very event, between windows', async () => {
  const items = stream(prepared(0), answered(100), answered(200), answered(300), sampled(1000));
  const rules = ['requests >= 2', 'tokens > 400', 'elapsed >= 250ms', 'cost >= 0.0002 and requests >= 3'];
  const decided = rules.map(async (rule) => {
    const decisions = await decide({ stop: [rule], price_per_1m_tokens: [1, 2] }, items);
    return decisions.map(({ atMs }) => atMs);
  });
  expect(await Promise.all(decided)).toEqual([[200], [300], [300], [300]]);
});

test('what lasts begins with the event that made it true', async () => {
  const items = stream(prepared(0), answered(100), sampled(600), answered(700), sampled(1600));
  const decisions = await decide({ stop: ['requests >= 1 for 500ms'] }, items);
  expect(decisions.map(({ atMs }) => atMs)).toEqual([600]);
});

test('a decision names the objectives that were missed, and those alone', async () => {
  const slow = [prepared(0), summarized(madeUpLevel(4, 10, 700))];
  const missed = async (rule: string) => (await decide({ stop: [rule] }, slow)).map((one) => one.missedObjectives);
  expect(await missed('objective_missed(mean(e2e) < 500ms)')).toEqual([['mean(e2e) < 500ms']]);
  expect(await missed('objective_missed(mean(e2e) < 800ms) or level_e2e > 600ms')).toEqual([undefined]);
});

test('a criterion of a module decides by what it says itself', async () => {
  const { expression } = own('third', () => {
    let count = 0;
    return (item) =>
      item.type === 'generator.sampled'
        ? { truth: ++count === 3, value: count, limit: 3, words: `${count} samples` }
        : undefined;
  });
  const settings = { ...usual, stop: ['./third.js'] };
  const items = [prepared(0, 2), sampled(1), sampled(2), sampled(3), sampled(4)];
  const decisions = await lastValueFrom(
    from(items).pipe(criteria(settings, new Map([['./third.js', expression]])), toArray()),
  );
  expect(decisions).toMatchObject([
    { criterion: 'third', atMs: 3, value: 3, message: 'with 2 clients, third (3 samples)' },
  ]);
  expect(await lastValueFrom(from(items).pipe(criteria(settings), toArray()))).toEqual([]);
});

test('a criterion of a module that throws is unknown, and says why', () => {
  const rule = own('broken', () => () => {
    throw new Error('no such figure');
  }).expression as StopRule;
  const fold = new RuleFold(rule, { scope: 'sweep', windowMs: 10_000 });
  const [, reading] = [prepared(0), sampled(1)].map((item) => fold.add(item));
  expect(reading).toMatchObject({ truth: 'unknown', states: [{ words: 'broken (it failed: no such figure)' }] });
});

test('states tell how far each criterion is from firing', async () => {
  const options = {
    ...usual,
    early_stop_latency: 10,
    max_level_seconds: 60,
    stop: ['mean(e2e) > 10s or throughput < 10'],
  };
  const items = stream(prepared(0), started(0, 0), window(15_000, { ...flow, e2eMs: allAt(2500, 5) }));
  const states = await lastValueFrom(from(items).pipe(criterionStates(options)));
  expect(states.map(({ name, truth, ratio }) => [name, truth, ratio])).toEqual([
    ['early_stop_latency', 'unknown', 'unknown'],
    ['error_ratio > 0.5', 'unknown', 'unknown'],
    ['elapsed > 60s', false, 0.25],
    ['mean(e2e) > 10s', false, 0.25],
    ['throughput < 10', false, 0.1],
  ]);
  expect(states[3]?.words).toBe('mean(e2e) > 10s (2.5 s)');
});
