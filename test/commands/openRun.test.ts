import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { openRun } from '../../src/commands/openRun.ts';
import { packBatch } from '../../src/events/codec.ts';
import type { RunEvent } from '../../src/events/events.ts';
import { createLmdbLog } from '../../src/sinks/lmdbLog.ts';
import { runLog } from '../metrics/runLog.ts';

const results = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
const runs = join(results, 'runs');
const older = join(runs, '20260101-000000-00000');
const newest = join(runs, '20260102-000000-00000');

beforeAll(async () => {
  for (const folder of [older, newest]) {
    const log = createLmdbLog(join(folder, 'log.mdb'));
    await log.append(
      packBatch(runLog({ seed: 1, planned: 4 }, [1]).map(({ seq: _seq, ...event }) => event as RunEvent)),
    );
    await log.close();
  }
  mkdirSync(join(runs, '20260103-000000-00000')); // a run that left no log
  return () => rmSync(results, { recursive: true, force: true });
});

test.each([
  ['the folder of a run', older, older],
  ['its log', join(older, 'log.mdb'), older],
  ['latest, the newest run that has a log', 'latest', newest],
  ['last, the same', 'last', newest],
  ['the beginning of an id', '20260101', older],
])('%s names the log', async (_what, argument, folder) => {
  const run = openRun(argument, results);
  onTestFinished(() => run.log.close());
  expect([run.folder, run.path]).toEqual([folder, join(folder, 'log.mdb')]);
  expect(run.started.runId).toBe('made-up');
});

test('options that the log does not have are those of today', async () => {
  const run = openRun(older, results);
  onTestFinished(() => run.log.close());
  expect(run.options).toMatchObject({ window_seconds: 10, early_stop_latency: 10 });
});

test.each([
  ['nothing there', join(results, 'gone'), results, /there is no log/],
  ['the results of many runs', results, results, /expected the folder of a run/],
  ['the folder of runs', runs, results, /expected the folder of a run/],
  ['a beginning that several runs have', '2026', results, /2 runs below .* begin so/],
  ['latest where nothing was run', 'latest', join(results, 'gone'), /latest: there is no run below/],
])('%s is refused with the way out', (_what, argument, resultDir, words) => {
  expect(() => openRun(argument, resultDir)).toThrow(words);
});

test('the folder of many runs is answered with the newest of them', () => {
  expect(() => openRun(runs, results)).toThrow(expect.objectContaining({ hint: expect.stringContaining(newest) }));
});

test('a file that is no log is refused', () => {
  const path = join(results, 'log.txt');
  writeFileSync(path, 'not a log');
  expect(() => openRun(path, results)).toThrow(/this is no log/);
});
