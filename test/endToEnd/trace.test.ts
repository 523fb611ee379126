import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { lastRun, loggedEvents, runInside, summaryOf, temporaryFolder } from './command.ts';
import { startNotingServer } from './notingServer.ts';

const mooncake = fileURLToPath(new URL('../fixtures/traces/mooncake.jsonl', import.meta.url));

test('a trace is sent as it was recorded, at each speed, and has reports', async () => {
  const { url } = await startNotingServer();
  const resultDir = temporaryFolder();
  const server = ['--api', 'openai', '--url', url, '--model', 'any', '--tokenizer', 'o200k_base'];
  const args = [...server, '--trace', mooncake, '--trace_speed', '2', '0.5', '--workers', '2'];
  expect(await runInside(args, { resultDir })).toMatchObject({ code: 0 });
  const run = lastRun(resultDir);
  const { levels } = summaryOf(run);
  expect(levels.map(({ load, requests, promptLength }) => [load, requests.completed, promptLength])).toEqual([
    [{ kind: 'trace', value: 0.5 }, 4, 1003],
    [{ kind: 'trace', value: 2 }, 4, 1003],
  ]);
  expect(levels.map(({ expectedPrefixHitRatio }) => expectedPrefixHitRatio)).toEqual([1536 / 4012, 1536 / 4012]);

  const events = await loggedEvents(run);
  const sent = events.filter((event) => event.type === 'request.sent').filter(({ warmup }) => !warmup);
  const asked = sent.toSorted((one, other) => one.request - other.request);
  // All workers count from one moment, at which the first request is due.
  const dues = asked.map(({ level, scheduledAtMs }) => {
    const first = asked.find((request) => request.level === level)?.scheduledAtMs ?? Number.NaN;
    return Math.round(scheduledAtMs - first);
  });
  expect(asked.map(({ promptTokens, maxNewTokens }) => `${promptTokens}/${maxNewTokens}`)).toEqual([
    ...['1300/6', '700/4', '1500/3', '512/9'],
    ...['1300/6', '700/4', '1500/3', '512/9'],
  ]);
  expect(dues).toEqual([0, 0, 240, 400, 0, 0, 60, 100]);

  const again = await runInside(args, { resultDir });
  expect(again.stdout).toContain('speed');
  expect(summaryOf(lastRun(resultDir)).levels.map(({ status }) => status)).toEqual(['skipped', 'skipped']);
  const replayed = await runInside(['replay', run], { resultDir });
  const report = await runInside(['report', run, '--format', 'csv'], { resultDir });
  const page = await runInside(['report', run, '--format', 'svg'], { resultDir });
  const compared = await runInside(['compare', run, run], { resultDir });
  expect([replayed, report, page, compared].map(({ stderr }) => stderr)).toEqual(['', '', '', '']);
  expect(report.stdout).toContain('trace,0.5');
  expect(compared.stdout).toContain('0.5x');
});

test('a trace that cannot be read is an error of usage that names the line', async () => {
  const ended = await runInside(['--trace', fileURLToPath(import.meta.url)], { resultDir: temporaryFolder() });
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(/trace: .*trace\.test\.ts:2: expected/) });
});
