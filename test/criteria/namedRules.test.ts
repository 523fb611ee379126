import { map } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import type { CriteriaSettings } from '../../src/criteria/namedRule.ts';
import { namedRules } from '../../src/criteria/namedRules.ts';
import { criteria } from '../../src/criteria/registry.ts';
import type { Analysed } from '../../src/metrics/analysed.ts';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { madeUpLevel } from '../metrics/madeUpLevel.ts';
import { allAt, answered, prepared, stream, summarized, usual, window } from './streamItems.ts';

interface RuleCase {
  readonly rule: string;
  readonly options?: Partial<CriteriaSettings>;
  /** An item a marble. */
  readonly items: readonly Analysed[];
  /** Frames at which it decides: the index of the item. */
  readonly fires: readonly number[];
}

/** The frames at which a rule decides, an item a frame of virtual time. */
function firesAt({ rule, options, items }: RuleCase): readonly number[] {
  const frames: number[] = [];
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run(({ hot, flush }) => {
    const letters = items.map((_, index) => String.fromCodePoint(0x4e00 + index));
    const byLetter = Object.fromEntries(letters.map((letter, index) => [letter, items[index] as Analysed]));
    const settings = { ...usual, early_stop_latency: 1e6, max_error_ratio: 1, ...options, stop: [rule] };
    hot(letters.join(''), byLetter)
      .pipe(
        criteria(settings),
        map(({ criterion }) => criterion),
      )
      .subscribe((name) => {
        if (name === rule || name === 'stop') frames.push(scheduler.now());
      });
    flush();
  });
  return frames;
}

const measured = (clients: number, requestsPerSec: number, relativeHalfWidth: number): LevelSummary => {
  const level = madeUpLevel(clients, requestsPerSec, (clients * 1000) / requestsPerSec);
  const steady = { ...(level.steady as NonNullable<LevelSummary['steady']>), relativeHalfWidth };
  return { ...level, steady };
};
const failing = (atMs: number, failures: number, count: number) =>
  window(atMs, { failures: { timeout: failures }, e2eMs: allAt(100, count) });
const growing = (seconds: number, inFlightAt: (second: number) => number): readonly Analysed[] =>
  Array.from({ length: seconds }, (_, second) => window((second + 1) * 1000, { inFlight: inFlightAt(second) }));
const ended = (...levels: readonly LevelSummary[]): readonly Analysed[] => levels.map((level) => summarized(level));
const oneAfterOther = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, k) => from + k);

const cases: Readonly<Record<string, readonly [fires: RuleCase, not: RuleCase, noData: RuleCase]>> = {
  budget: [
    {
      rule: 'budget',
      options: { budget_requests: 2 },
      items: stream(prepared(0), answered(1), answered(2), window(1000)),
      fires: [2, 2], // once as a rule of the sweep, once as the run's own; with the very request, not with the window
    },
    {
      rule: 'budget',
      options: { budget_requests: 3 },
      items: stream(prepared(0), answered(1), window(1000)),
      fires: [],
    },
    {
      rule: 'budget',
      options: { budget_cost: 0.000001 }, // no price, so no cost
      items: stream(prepared(0), answered(1), window(1000)),
      fires: [],
    },
  ],
  drift: [
    {
      rule: 'drift',
      items: stream(
        prepared(0),
        growing(50, (second) => 10 + second),
      ),
      fires: [40],
    },
    {
      rule: 'drift',
      items: stream(
        prepared(0),
        growing(50, (second) => 10 + (second % 3)),
      ),
      fires: [],
    },
    {
      rule: 'drift',
      items: stream(
        prepared(0),
        growing(29, (second) => 10 + second),
      ),
      fires: [],
    },
  ],
  early_stop_latency: [
    {
      rule: 'early_stop_latency',
      options: { early_stop_latency: 2 },
      items: ended(madeUpLevel(1, 1, 1999), madeUpLevel(2, 1, 2000)),
      fires: [1, 1], // the flag's own criterion, and the name in a rule
    },
    {
      rule: 'early_stop_latency',
      options: { early_stop_latency: 3 },
      items: ended(madeUpLevel(1, 1, 1999)),
      fires: [],
    },
    {
      rule: 'early_stop_latency',
      options: { early_stop_latency: 0.001 },
      items: stream(prepared(0), window(1000)),
      fires: [],
    },
  ],
  error_burst: [
    {
      rule: 'error_burst',
      items: stream(
        prepared(0),
        oneAfterOther(1, 9).map((second) => failing(second * 1000, 5, 15)),
      ),
      fires: [6],
    },
    {
      rule: 'error_burst', // a second without failures begins it anew
      items: stream(
        prepared(0),
        oneAfterOther(1, 9).map((second) => failing(second * 1000, second === 4 ? 0 : 5, 15)),
      ),
      fires: [],
    },
    {
      rule: 'error_burst',
      items: stream(
        prepared(0),
        oneAfterOther(1, 9).map((second) => failing(second * 1000, 9, 0)),
      ),
      fires: [],
    },
  ],
  plateau: [
    { rule: 'plateau', items: ended(measured(4, 10, 0.005), measured(8, 10.1, 0.005)), fires: [1] },
    { rule: 'plateau', items: ended(measured(4, 10, 0.05), measured(8, 10.1, 0.05)), fires: [] },
    { rule: 'plateau', items: ended(madeUpLevel(4, 10, 400), madeUpLevel(8, 10.1, 800)), fires: [] },
  ],
  precision_reached: [
    {
      rule: 'precision_reached',
      items: stream(prepared(0), window(1000, { relativeHalfWidth: 0.03 }), window(2000, { relativeHalfWidth: 0.02 })),
      fires: [2],
    },
    { rule: 'precision_reached', items: stream(prepared(0), window(1000, { relativeHalfWidth: 0.03 })), fires: [] },
    { rule: 'precision_reached', items: stream(prepared(0), window(1000)), fires: [] },
  ],
  objective_missed: [
    {
      rule: 'objective_missed(mean(e2e) < 500ms)',
      items: ended(madeUpLevel(4, 10, 400), madeUpLevel(8, 10, 800)),
      fires: [1],
    },
    { rule: 'objective_missed(mean(e2e) < 500ms)', items: ended(madeUpLevel(4, 10, 400)), fires: [] },
    { rule: 'objective_missed(p99(e2e) < 1ms)', items: ended(madeUpLevel(4, 10, 400)), fires: [] }, // 128 of 459 requests
  ],
};

test('every name has its cases', () => {
  expect(Object.keys(cases)).toEqual([...namedRules.map(({ name }) => name), 'objective_missed']);
});

describe.each(Object.entries(cases))('%s', (_name, [fires, not, noData]) => {
  test('fires at the item that makes it true', () => {
    expect(firesAt(fires)).toEqual(fires.fires);
  });
  test('does not fire where it is false', () => {
    expect(firesAt(not)).toEqual([]);
  });
  test('does not fire without data', () => {
    expect(firesAt(noData)).toEqual([]);
  });
});
