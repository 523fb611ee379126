import { expect, test } from 'vitest';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { saturation } from '../../src/metrics/saturation.ts';
import { renderSummary, type SummaryTextParts } from '../../src/reports/summaryText.ts';
import { ascii, expectGolden, narrow, wide } from './golden.ts';
import { madeUpLevel, madeUpRun } from './madeUpRun.ts';

const parts: SummaryTextParts = {
  places: [
    { label: 'Results', place: 'results/simulator/simulated-8b/' },
    { label: 'Log', place: 'results/runs/20261124-161500-k3f/' },
  ],
  sweeps: true,
  warnings: true,
  error: true,
};
const levels = [1, 2, 4, 8, 16, 32].map((clients, level) => madeUpLevel(clients, undefined, level));

test.each([
  ['saturated-80', narrow],
  ['saturated-120', wide],
  ['saturated-ascii', ascii],
] as const)('a saturated sweep is reported as in %s', async (name, style) => {
  await expectGolden(renderSummary(madeUpRun(levels), style, parts), name, style);
});

/** Everything that can be off at once. */
function troubledLevels(): readonly LevelSummary[] {
  const level = (clients: number, number: number, more: Partial<LevelSummary>): LevelSummary => ({
    ...madeUpLevel(clients, { slots: 64, stepMs: 7.8, perSequenceMs: 0.1 }, number),
    ...more,
  });
  const counts = { planned: 960, unsent: 120, throttled: 41, cutOff: 64, empty: 7 };
  const failures = { byFailureKind: { timeout: 12, stream: 3, httpStatus: 44 }, failed: 59 };
  return [
    level(4, 0, { status: 'skipped', reason: 'measured by run 20261120-090000-a1b' }),
    level(16, 1, { littleRatio: 0.88, achieved: { promptTokens: 231, outputTokens: 41.3, askedOutputTokens: 64 } }),
    level(64, 2, {
      status: 'stopped',
      reason: '59 of 118 requests failed or came back empty (limit 50 %)',
      requests: { ...counts, ...failures, completed: 710 },
      tokenSources: { usage: 600, tokenizer: 110 },
      estimatedRequestsPerSec: 70.1,
    }),
    level(128, 3, {
      generator: {
        verdict: 'clientLimited',
        loopDelayP99Ms: 61,
        cpuRatio: 0.97,
        reason: 'a worker used 97.0 % of a core',
      },
    }),
  ];
}

test.each([
  ['troubled-80', narrow],
  ['troubled-120', wide],
] as const)('a run in which much went wrong is reported as in %s', async (name, style) => {
  const run = madeUpRun(troubledLevels(), {
    warnings: ['the source text is shorter than a prompt of 1024 tokens: it is repeated'],
  });
  const reason = 'max_error_ratio: 59 of 118 requests failed or came back empty';
  await expectGolden(renderSummary({ ...run, run: { ...run.run, exitCode: 3, reason } }, style, parts), name, style);
});

test('several sweeps are told apart by the options in which they differ', async () => {
  const sweeps = [64, 128].map((tokens, id) => {
    const own = levels.slice(0, 5 + id).map((level) => ({ ...level, sweep: id, maxNewTokens: tokens }));
    const options = { max_new_tokens: tokens, streaming: true };
    return {
      levels: own,
      entry: { id, options, saturation: saturation(own), stopReason: '32 clients brought 0.0 % more' },
    };
  });
  const run = madeUpRun(
    sweeps.flatMap((sweep) => sweep.levels),
    { sweeps: sweeps.map(({ entry }) => entry) },
  );
  await expectGolden(renderSummary(run, wide, parts), 'two-sweeps-120', wide);
});

test('a run without levels says how it ended', async () => {
  const run = madeUpRun([], { sweeps: [] });
  const reason = 'cannot reach http://127.0.0.1:8000 (connection refused)';
  const lines = renderSummary({ ...run, run: { ...run.run, exitCode: 4, reason } }, narrow, parts);
  await expectGolden(lines, 'no-levels-80', narrow);
});

test('what was just seen is not said again', () => {
  const all = renderSummary(madeUpRun(levels, { warnings: ['mind this'] }), narrow, parts).join('\n');
  const rest = renderSummary(madeUpRun(levels, { warnings: ['mind this'] }), narrow, {
    ...parts,
    sweeps: false,
    warnings: false,
  });
  expect(all).toContain('mind this');
  expect(all).toContain('req/s');
  expect(rest.join('\n')).not.toContain('mind this');
  expect(rest.join('\n')).not.toContain('req/s');
});

test('the error that ended a run is told once, where its reader has it from elsewhere', () => {
  const failed = { ...madeUpRun([]).run, exitCode: 4, reason: 'cannot reach it' };
  const told = (error: boolean) =>
    renderSummary(madeUpRun([], { run: failed, sweeps: [] }), narrow, { ...parts, error }).join('\n');
  expect(told(true)).toContain('The run failed (exit 4): cannot reach it.');
  expect(told(false)).not.toContain('cannot reach it');
  const interrupted = { ...failed, exitCode: 130 };
  const lines = renderSummary(madeUpRun([], { run: interrupted, sweeps: [] }), narrow, { ...parts, error: false });
  expect(lines.join('\n')).toContain('The run was interrupted');
});

test('a level that failed before anything was measured has its cause told once, and no verdict', () => {
  const nothing = {
    planned: 12,
    completed: 0,
    failed: 0,
    empty: 0,
    cutOff: 0,
    unsent: 12,
    throttled: 0,
    byFailureKind: {},
  };
  const { steady: _, ...level } = madeUpLevel(1);
  const reason = 'connect ECONNREFUSED';
  const failed = { ...level, status: 'failed', reason, requests: nothing, generator: { verdict: 'unknown' } } as const;
  const run = { ...madeUpRun([]).run, exitCode: 4, reason: 'cannot reach it' };
  const text = renderSummary(madeUpRun([failed], { run }), narrow, parts).join('\n');
  expect(text.match(/cannot reach it|ECONNREFUSED/g)).toHaveLength(1);
  expect(text).not.toMatch(/Saturation|load generator/);
  expect(text).toMatch(/- failed$/m); // no count of failures where nothing was tried
});

test('text of a server cannot steer the terminal', () => {
  const run = madeUpRun(levels, { warnings: ['\u001b[2Jgone\u0007\u202e'] });
  const lines = renderSummary(
    { ...run, run: { ...run.run, exitCode: 4, reason: 'a\u001b]0;title\u0007b\nc' } },
    narrow,
    parts,
  );
  expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  expect(lines.join(' ')).toContain('ab c');
});
