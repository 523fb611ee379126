import { expect, test } from 'vitest';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { gainOfLast, saturation } from '../../src/metrics/saturation.ts';
import { madeUpLevel } from './madeUpLevel.ts';

const clientLimited = { generator: { verdict: 'clientLimited' } } as const;
const linear = [1, 2, 4, 8].map((clients) => madeUpLevel(clients, clients, 1000));
const flat = [...linear, madeUpLevel(16, 15.8, 1010), madeUpLevel(32, 16, 2000), madeUpLevel(64, 15.9, 4000)];

test('the saturation point is the smallest load that reaches 95 % of the plateau', () => {
  expect(saturation(flat)).toMatchObject({
    status: 'found',
    clients: 16,
    reachedRatio: expect.closeTo(15.8 / 16, 9),
    plateauClients: 32,
    requestsPerSec: 16,
    outputTokensPerSec: 320,
    maxPowerClients: [16, 16],
  });
});

test('levels may come in any order', () => {
  expect(saturation(flat.toReversed())).toEqual(saturation(flat));
});

test('max power is a range where several loads are within 5 % of the best', () => {
  const levels = [madeUpLevel(1, 1, 1000), madeUpLevel(2, 2, 1000), madeUpLevel(4, 3, 1530), madeUpLevel(8, 3, 3000)];
  expect(saturation(levels).maxPowerClients).toEqual([2, 4]);
});

test('a plateau without interval says how long its level should have been', () => {
  expect(saturation(flat).reason).toContain('at least 60 s');
});

test('a plateau with interval hands it on', () => {
  const [first, ...others] = flat.toReversed();
  const steady = {
    seconds: 60,
    requestsPerSec: 17,
    completedPerSec: 17,
    inputTokensPerSec: 0,
    relativeHalfWidth: 0.02,
  };
  const best = madeUpLevel(32, 17, 2000, { steady: { ...steady, outputTokensPerSec: 340 } });
  const { relativeHalfWidth, reason } = saturation([
    first as LevelSummary,
    ...others.filter(({ clients }) => clients !== 32),
    best,
  ]);
  expect(relativeHalfWidth).toBe(0.02);
  expect(reason).toBeUndefined();
});

test.each<[string, readonly LevelSummary[], string]>([
  ['the last level still gains', linear, 'gained 100 %'],
  ['a client-limited level goes beyond', [...flat, madeUpLevel(128, 20, 9000, clientLimited)], 'load generator'],
  ['it goes beyond levels that still gain', [...linear, madeUpLevel(128, 999, 9000, clientLimited)], 'load generator'],
  [
    'loads grow in steps too small to gain',
    [20, 21, 22, 23, 24].map((clients) => madeUpLevel(clients, clients, 1000)),
    'still gained',
  ],
])('a sweep is not saturated where %s', (_title, levels, reason) => {
  const { status, clients, reason: given } = saturation(levels);
  expect(status).toBe('notSaturated');
  expect(clients).toBeUndefined();
  expect(given).toContain(reason);
});

test.each<[string, readonly LevelSummary[]]>([
  ['of no level', []],
  ['of one level', [madeUpLevel(4, 4, 1000)]],
  ['of client-limited levels', flat.map((level) => ({ ...level, ...clientLimited }))],
  ['of failed levels', flat.map((level) => ({ ...level, status: 'failed' as const }))],
])('the saturation %s is unknown', (_title, levels) => {
  expect(saturation(levels).status).toBe('unknown');
});

/** So few requests that a level's steady window holds next to none. */
const short = { steady: { seconds: 0.5, requestsPerSec: 2, completedPerSec: 2, inputTokensPerSec: 0 } };

test.each<[string, readonly LevelSummary[], string]>([
  ['every level is', flat.map((level) => ({ ...level, ...short })), 'every level is too short to judge'],
  [
    'some are, and the others failed',
    [madeUpLevel(1, 1, 1000, short), madeUpLevel(2, 2, 1000, { status: 'failed' })],
    '1 of 2 levels are too short to judge',
  ],
  ['all but one are', [madeUpLevel(1, 1, 1000, short), madeUpLevel(2, 2, 1000)], 'only one of 2 loads has figures'],
])('the saturation of levels too short to judge is unknown, and says so, where %s', (_title, levels, reason) => {
  const found = saturation(levels);
  expect(found.status).toBe('unknown');
  expect(found.reason).toContain(reason);
});

test('a generator that was the limit at every load is named as the reason', () => {
  const { reason } = saturation(flat.map((level) => ({ ...level, ...clientLimited })));
  expect(reason).toBe('the load generator was the limit at every load');
});

test('loads too close to each other are not said to be a single one', () => {
  const { status, reason } = saturation([madeUpLevel(30, 30, 1000), madeUpLevel(31, 31, 1000)]);
  expect([status, reason]).toEqual(['unknown', 'the loads are too close to each other to show growth']);
});

test('client-limited, failed and interrupted levels are never the plateau, skipped ones can be', () => {
  const high = { throughput: 16.5, e2eMs: 8000 };
  const with128 = (more: Partial<LevelSummary>): number | undefined =>
    saturation([...flat, madeUpLevel(128, high.throughput, high.e2eMs, more)]).requestsPerSec;
  expect(with128(clientLimited)).toBe(16);
  expect(with128({ status: 'failed' })).toBe(16);
  expect(with128({ status: 'interrupted' })).toBe(16);
  expect(with128({ status: 'skipped' })).toBe(16.5);
});

test('throughput is requests/s where the tokens of any level are not known', () => {
  const withoutTokens = { steady: { seconds: 60, requestsPerSec: 8, completedPerSec: 8, inputTokensPerSec: 0 } };
  const levels = [...linear.slice(0, 3), madeUpLevel(8, 8, 1000, withoutTokens), madeUpLevel(16, 8.1, 2000)];
  expect(saturation(levels)).toMatchObject({ status: 'found', clients: 8 });
});

test('the gain of the last level is over the best of those at least a tenth smaller', () => {
  expect(gainOfLast(linear)).toBe(1);
  expect(gainOfLast([madeUpLevel(10, 10, 1), madeUpLevel(20, 8, 1), madeUpLevel(40, 11, 1)])).toBeCloseTo(0.1, 9);
  expect(gainOfLast([madeUpLevel(30, 30, 1), madeUpLevel(31, 31, 1)])).toBeUndefined();
});
