import { expect, test } from 'vitest';
import {
  lastRun,
  loggedEvents,
  quick,
  runCommand,
  runFolders,
  runInside,
  startCommand,
  summaryOf,
  temporaryFolder,
  until,
} from './command.ts';
import { expectReplayEqual } from './expectations.ts';
import { seenEvents } from './liveLog.ts';

const sweep = [...quick, '--num_clients', '1', '2', '--num_requests_per_client', '80', '--streaming'];

test('watchers of a running run see its levels and its end, and do not disturb it', async () => {
  const resultDir = temporaryFolder();
  const run = startCommand(sweep, { resultDir });
  await seenEvents(resultDir, (events) => events.some(({ type }) => type === 'request.completed'));
  const watchers = [
    startCommand(['watch', '--ui', 'json'], { resultDir }),
    startCommand(['watch', 'last', '--ui', 'plain'], { resultDir }),
  ];
  const [json, plain] = await Promise.all(watchers.map(({ ended }) => ended));
  const { code, stderr } = await run.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await expectReplayEqual(lastRun(resultDir));

  const lines = (json?.stdout ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  expect(lines[0]).toMatchObject({ type: 'run.started', linesVersion: 1 });
  expect(lines.at(-1)).toEqual({ type: 'run.summarized', summary: summaryOf(lastRun(resultDir)) });
  expect(plain).toMatchObject({ code: 0, stderr: '' });
  expect(plain?.stdout).toContain('level 2 of 2 · 2 clients');
  expect(plain?.stdout).toContain(lastRun(resultDir));
});

test('a run whose process is gone is watched to where its log ends, and this is said', async () => {
  const resultDir = temporaryFolder();
  const run = startCommand([...sweep, '--num_requests_per_client', '10000'], { resultDir });
  await seenEvents(resultDir, (events) => events.some(({ type }) => type === 'request.completed'));
  const watcher = startCommand(['watch', '--ui', 'plain'], { resultDir });
  run.kill('SIGKILL');
  const { code, stdout } = await watcher.ended;
  expect(code).toBe(0);
  expect(stdout).toContain('the process that wrote it is gone');
});

test('Ctrl-C ends the watching alone', async () => {
  const resultDir = temporaryFolder();
  const run = startCommand(sweep, { resultDir });
  await seenEvents(resultDir, (events) => events.some(({ type }) => type === 'request.completed'));
  const watcher = startCommand(['watch', '--ui', 'json'], { resultDir });
  await until(() => runFolders(resultDir)[0]);
  watcher.kill('SIGINT');
  expect((await watcher.ended).code).toBeOneOf([130, null]);
  expect((await run.ended).code).toBe(0);
});

test('a finished run is shown as fast as asked', async () => {
  const resultDir = temporaryFolder();
  await runInside([...quick, '--num_clients', '1', '2'], { resultDir });
  const lastMs = (await loggedEvents(lastRun(resultDir))).at(-1)?.atMs ?? expect.fail('no event');
  const startedAt = performance.now();
  const { stdout } = await runCommand(['watch', '--speed', '4', '--ui', 'plain'], { resultDir });
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(lastMs / 4);
  expect(stdout).toContain(lastRun(resultDir));
});

interface Line {
  readonly type: string;
}
