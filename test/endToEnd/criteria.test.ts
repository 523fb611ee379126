import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { BacktestedLog } from '../../src/reports/backtestTable.ts';
import { lastRun, loggedEvents, quick, runFolders, runInside, summaryOf, temporaryFolder } from './command.ts';
import { expectBooksBalanced } from './expectations.ts';

const example = fileURLToPath(new URL('../../examples/criteria/slowing.js', import.meta.url));
/** Waiting for a slot makes answers of 64 clients many times as slow as those of one. */
const ladder = [...quick, '--max_num_seqs', '2', '--num_clients', '1', '2', '64', '96'];

test('a rule ends the sweep, the log says by which numbers, and replay and backtest stop at the same event', async () => {
  const resultDir = temporaryFolder();
  const stop = 'level_e2e > 1ms and requests >= 12';
  const { code, stderr } = await runInside([...ladder, '--stop', stop], { resultDir });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const summary = summaryOf(lastRun(resultDir));
  expect(summary.levels.map(({ clients }) => clients)).toEqual([1, 2]);
  expect(summary.sweeps[0]?.stopReason).toMatch(
    /^with 2 clients, level_e2e > 1ms \(.* ms\) and requests >= 12 \(\d+\)$/,
  );
  const events = await loggedEvents(lastRun(resultDir));
  const met = events.find(({ type }) => type === 'criterion.met');
  expect(met).toMatchObject({ criterion: 'stop', action: 'endSweep', level: 1, numbers: [{}, {}] });

  const replayed = await runInside(['replay', 'latest'], { resultDir });
  expect(replayed.stdout).toContain('The digest is met');
  const tested = await runInside(['backtest', 'latest', '--stop', stop, '--format', 'json'], { resultDir });
  const { logs } = JSON.parse(tested.stdout) as { readonly logs: readonly BacktestedLog[] };
  expect(logs[0]?.rows[0]?.decision?.atSeq).toBe(met?.type === 'criterion.met' ? met.atSeq : undefined);
});

test('a criterion out of a file decides in the run and in its replay, and is missed where it is gone', async () => {
  const resultDir = temporaryFolder();
  // With two slots, 64 clients wait 32 times as long as one: a busy machine cannot hide that, as it hides less.
  const steep = [...ladder, '--num_clients', '1', '64', '96'];
  const { code, stderr } = await runInside([...steep, '--stop', example], { resultDir });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const summary = summaryOf(lastRun(resultDir));
  expect(summary.levels.at(-1)?.clients).toBe(64);
  expect(summary.sweeps[0]?.stopReason).toMatch(/^with 64 clients, slowing \([\d.]+ times the first load's latency\)$/);
  expect((await runInside(['replay', 'latest'], { resultDir })).stdout).toContain('The digest is met');
  const missing = await runInside([...steep, '--stop', './gone.js'], { resultDir });
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringMatching(/--stop \S+gone\.js: no such file/) });
  expect(runFolders(resultDir)).toHaveLength(1);
});

test('a used up budget ends the run, and open requests are cut off where that is asked for', async () => {
  const resultDir = temporaryFolder();
  const budget = ['--budget_requests', '60', '--stop_mode', 'abort', '--num_requests_per_client', '500'];
  const { code } = await runInside([...ladder, ...budget], { resultDir });
  expect(code).toBe(0);
  const [first, ...others] = summaryOf(lastRun(resultDir)).levels;
  expect(others).toEqual([]);
  expect(first).toMatchObject({ status: 'stopped', reason: expect.stringContaining('budget: requests >= 60') });
  expectBooksBalanced(summaryOf(lastRun(resultDir)));
});

test('backtest holds several rules against several logs', async () => {
  const resultDir = temporaryFolder();
  const few = [...quick, '--num_clients', '1', '2', '--force'];
  for (const seed of ['1', '2']) await runInside([...few, '--prompt_generator_seed', seed], { resultDir });
  const { code, stdout, stderr } = await runInside(
    ['backtest', ...runFolders(resultDir), '--stop', 'plateau', '--stop', 'requests >= 12', '--format', 'md'],
    { resultDir },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.match(/^\| \S+ \| requests >= 12 \| 2 \|/gm)).toHaveLength(2);
  expect(stdout).toMatch(/^\| requests >= 12 \| 2 of 2 \|/m);
});
