import { expect, test } from 'vitest';
import { nameOf } from '../../src/criteria/comparedFigure.ts';
import { type ComparedRun, compareRuns, type FigureComparison } from '../../src/criteria/compareRuns.ts';
import { judgeRegressions, parseRegression } from '../../src/criteria/regression.ts';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { parameters } from '../simulator/parameters.ts';
import { comparedRun, repeatedRun } from './comparedRun.ts';

const shares = [0.5, 0.9, 0.99];
const load = { requestsPerClient: 60, promptTokens: 64, outputTokens: 32 };
const server = { step_jitter: 0.1 };
const before = comparedRun(parameters(server), [4, 16], { ...load, seed: 1 });
const equal = comparedRun(parameters(server), [16, 4], { ...load, seed: 2 });
const slow = comparedRun(
  parameters({ ...server, step_base_ms: 6.9, step_per_seq_ms: 0.29, step_per_prefill_token_ms: 0.023 }),
  [4, 16],
  { ...load, seed: 3, failureRatio: 0.2 },
);

function levelsOf(one: ComparedRun, other: ComparedRun) {
  return compareRuns([one, other], shares, [])[0]?.levels ?? [];
}

function figureOf(figures: readonly FigureComparison[], name: string): FigureComparison {
  const found = figures.find(({ figure }) => nameOf(figure) === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

/** The same run, its levels told otherwise. */
function altered({ summary, precision }: ComparedRun, change: Partial<LevelSummary>): ComparedRun {
  const levels = summary.levels.map((level) => ({ ...level, ...change }));
  const altering = [...precision].map(
    ([level, one]) => [level, { ...one, summary: { ...one.summary, ...change } }] as const,
  );
  return { summary: { ...summary, levels }, precision: new Map(altering) };
}

test('loads are matched, in whatever order they were run', () => {
  const levels = levelsOf(before, equal);
  expect(levels.map(({ clients, levels: numbers }) => [clients, numbers])).toEqual([
    [4, [0, 1]],
    [16, [1, 0]],
  ]);
  expect(levels.map(({ figures }) => figures.length)).toEqual([15, 15]);
});

test('equal runs differ in nothing that can be shown', () => {
  const verdicts = levelsOf(before, equal).flatMap(({ figures }) => figures.map(({ verdict }) => verdict));
  expect(verdicts.filter((verdict) => verdict === 'better' || verdict === 'worse')).toEqual([]);
  expect(verdicts).toContain('noDifference');
});

test('a run against itself differs by nothing at all', () => {
  for (const { figures } of levelsOf(before, before)) {
    for (const { difference, ratio = 1, pValue = 1 } of figures) {
      expect({ difference, ratio, pValue }).toEqual({ difference: 0, ratio: 1, pValue: 1 });
    }
  }
});

test('a server that is slower by 15 % is found to be, figure by figure', () => {
  for (const { figures } of levelsOf(before, slow)) {
    for (const name of ['output_tokens_per_s', 'mean(tpot)', 'p50(tpot)', 'mean(e2e)', 'error_ratio']) {
      expect([name, figureOf(figures, name).verdict]).toEqual([name, 'worse']);
    }
    const [from, to] = figureOf(figures, 'mean(tpot)').interval as readonly [number, number];
    expect(from).toBeLessThan(1.15);
    expect(to).toBeGreaterThan(1.15);
  }
});

test('whichever run comes first, the answer is the same', () => {
  const there = levelsOf(before, slow).flatMap(({ figures }) => figures);
  const back = levelsOf(slow, before).flatMap(({ figures }) => figures);
  const mirrored = { better: 'worse', worse: 'better', noDifference: 'noDifference', unknown: 'unknown' };
  expect(back.map(({ verdict }) => mirrored[verdict])).toEqual(there.map(({ verdict }) => verdict));
  for (const [index, { ratio, pValue }] of there.entries()) {
    if (ratio !== undefined) expect(ratio * (back[index]?.ratio ?? 0)).toBeCloseTo(1, 9);
    if (pValue !== undefined) expect(back[index]?.pValue).toBeCloseTo(pValue, 9);
  }
});

test('more runs are held against the first, and correct each other', () => {
  const [alone] = compareRuns([before, slow], shares, []);
  const [, together] = compareRuns([before, equal, slow], shares, []);
  const tpot = (comparison: typeof alone) =>
    figureOf(comparison?.levels[0]?.figures ?? [], 'p50(ttft)').adjustedPValue as number;
  expect(tpot(together)).toBeGreaterThanOrEqual(tpot(alone));
});

test('a percentile of too few requests has no verdict', () => {
  const [level] = levelsOf(before, equal);
  const figure = figureOf(level?.figures ?? [], 'p99(ttft)');
  expect(figure.verdict).toBe('unknown');
  expect(figure.reason).toMatch(/^2\d\d requests, needed are 459$/);
});

test.each([
  [{ generator: { verdict: 'clientLimited' } } as const, 'the load generator was the limit'],
  [{ status: 'interrupted' } as const, 'the level was interrupted'],
  [{ status: 'skipped' } as const, 'its events are in the log of an earlier run'],
])('a level that tells nothing has no verdict: %j', (change, reason) => {
  const levels = levelsOf(before, altered(equal, change));
  for (const level of levels) {
    expect(level.reason).toBe(reason);
    expect(new Set(level.figures.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
    expect(figureOf(level.figures, 'mean(e2e)').ratio).toBeGreaterThan(0);
  }
});

test('a level that is too short says how long it should have been', () => {
  const brief = comparedRun(parameters(server), [4], { ...load, requestsPerClient: 20, seed: 4 });
  const [level] = levelsOf(before, brief);
  expect(level?.blocks).toEqual([expect.any(Number), 0]);
  expect(level?.reason).toMatch(/^too short: \d+ s of steady window are needed$/);
});

test('other prompts are another level', () => {
  const [comparison] = compareRuns([before, altered(equal, { maxNewTokens: 33 })], shares, []);
  expect(comparison?.levels).toEqual([]);
  expect(comparison?.unmatched.before.map(({ clients }) => clients)).toEqual([4, 16]);
});

test('levels are kept apart by every option that prompts follow from, given or not', () => {
  const told = ({ summary, precision }: ComparedRun, options: Readonly<Record<string, string>>): ComparedRun => {
    const run = { ...summary.run, options: { ...summary.run.options, ...options } };
    return { precision, summary: { ...summary, run } };
  };
  const promptOptions = [{ name: 'dataset' }, { name: 'turns', defaultValue: 'all' }];
  const matched = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>) =>
    compareRuns([told(before, one), told(equal, other)], shares, promptOptions)[0]?.levels.length;
  expect(matched({ dataset: 'a' }, { dataset: 'a', turns: 'all' })).toBe(2);
  expect(matched({ dataset: 'a' }, { dataset: 'b' })).toBe(0);
  expect(matched({}, { dataset: 'b' })).toBe(0);
  expect(matched({ dataset: 'a' }, { dataset: 'a', turns: 'first' })).toBe(0);
  expect(matched({ imported_from: 'vllm' }, { dataset: 'b' })).toBe(2);
});

test('repeats are matched in their order, and one that only one of the runs has stays alone', () => {
  const twice = repeatedRun(before, 2);
  const matched = (other: ComparedRun) => compareRuns([twice, other], shares, [])[0];
  expect(matched(repeatedRun(equal, 2))?.levels.map(({ clients, repeats }) => [clients, repeats])).toEqual([
    [4, [1, 1]],
    [16, [1, 1]],
    [4, [2, 2]],
    [16, [2, 2]],
  ]);
  const alone = matched(equal);
  expect(alone?.levels.map(({ repeats }) => repeats)).toEqual([
    [1, 1],
    [1, 1],
  ]);
  expect(alone?.unmatched.before.map(({ sweep }) => sweep)).toEqual([1, 1]);
  const [verdict] = judgeRegressions([parseRegression('mean(e2e) worse by 1%')], alone?.levels ?? []);
  expect(verdict?.repeats).toEqual([1, 1]);
  expect(levelsOf(before, equal)[0]).not.toHaveProperty('repeats');
});

test('a regression is one where the figure is worse by the limit, and that is shown', () => {
  const regressions = ['p50(tpot) worse by 10%', 'p50(tpot) worse by 20%', 'error_ratio worse by 5%'].map(
    parseRegression,
  );
  const statuses = (other: ComparedRun) =>
    judgeRegressions(regressions, levelsOf(before, other)).map(({ status }) => status);
  expect(statuses(slow)).toEqual(['regressed', 'kept', 'regressed', 'regressed', 'kept', 'regressed']);
  expect(statuses(equal)).toEqual(['kept', 'kept', 'kept', 'kept', 'kept', 'kept']);
});

test('what has no verdict is neither kept nor regressed', () => {
  const limited = altered(slow, { generator: { verdict: 'clientLimited' } });
  const [verdict] = judgeRegressions([parseRegression('mean(e2e) worse by 1%')], levelsOf(before, limited));
  expect(verdict).toMatchObject({ status: 'unknown', reason: 'the load generator was the limit' });
});
