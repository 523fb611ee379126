import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  descendantsOf,
  isAlive,
  lastRun,
  loggedEvents,
  quick,
  runCommand,
  runFolders,
  startCommand,
  summaryOf,
  temporaryFolder,
} from '../endToEnd/command.ts';
import { expectBooksBalanced, expectReplayEqual } from '../endToEnd/expectations.ts';
import { seenEvents } from '../endToEnd/liveLog.ts';
import { replayedSummary } from './replayedSummary.ts';

const words = quick.filter((word) => word !== '--quiet');
const load = [...words, '--num_clients', '2', '3', '--num_requests_per_client', '40', '--streaming', '--workers', '2'];

/** A shell does something first, then becomes the command. */
function afterShell(first: string): readonly string[] {
  return ['sh', '-c', `${first}; exec "$@"`, 'sh'];
}

test('a reader that goes away (EPIPE) does not end a run, nor change its exit code', async () => {
  const [resultDir, notes] = [temporaryFolder(), temporaryFolder()];
  const code = join(notes, 'code');
  const through = ['sh', '-c', `{ "$@"; echo $? > '${code}'; } | head -n 1`, 'sh'];
  const { stdout, stderr } = await runCommand(load, { resultDir, through });
  expect(stdout).toMatch(/^deepspeedometer .*\n$/);
  expect(stderr).toBe('');
  expect(readFileSync(code, 'utf8')).toBe('0\n');
  expect(summaryOf(lastRun(resultDir)).levels.map(({ status }) => status)).toEqual(['completed', 'completed']);
  await expectReplayEqual(lastRun(resultDir));
});

test('a file that may not grow any more (ulimit -f) ends the run with exit code 5, and what was stored is read', async () => {
  const resultDir = temporaryFolder();
  const long = [...load, '--num_requests_per_client', '4000', '--step_base_ms', '1'];
  const command = startCommand(long, { resultDir, through: afterShell("trap '' XFSZ; ulimit -f 3000") });
  await seenEvents(resultDir, (events) => events.some(({ type }) => type === 'level.started'));
  const processes = descendantsOf(command.pid);
  const { code, stderr } = await command.ended;
  expect(code).toBe(5);
  expect(stderr).toMatch(/^error {2}the log .* cannot be written/m);
  expect(processes.filter(isAlive)).toEqual([]);
  const events = await loggedEvents(lastRun(resultDir));
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
  const summary = await replayedSummary(lastRun(resultDir));
  expectBooksBalanced(summary);
  expect(summary.levels[0]?.requests.completed).toBeGreaterThan(0);
  expect(summary.run).not.toHaveProperty('exitCode');
});

const isRoot = process.getuid?.() === 0;
test.skipIf(isRoot && !existsSync('/proc'))('a folder that takes nothing is told before anything is sent', async () => {
  const closed = isRoot ? '/proc' : temporaryFolder();
  if (!isRoot) chmodSync(closed, 0o500);
  const { code, stderr } = await runCommand(load, { resultDir: join(closed, 'results') });
  expect(code).toBe(5);
  expect(stderr).toMatch(/^error {2}the log .* cannot be written[\s\S]*--result_dir/m);
});

test.each([64, 300])(
  'too few files (ulimit -n %d) are told as a limit of this machine, and nothing hangs',
  async (files) => {
    const resultDir = temporaryFolder();
    const many = [...words, '--num_clients', '700', '--num_requests_per_client', '2', '--workers', '1'];
    const { code, stdout, stderr } = await runCommand(many, { resultDir, through: afterShell(`ulimit -n ${files}`) });
    expect(code).toBe(files < 256 ? 2 : 3); // 3: most of them could not connect
    expect(stdout + stderr).toMatch(/ulimit -n|too many open files/i);
    if (runFolders(resultDir).length > 0) expectBooksBalanced(await replayedSummary(lastRun(resultDir)));
  },
);

test('a wall clock that is set back in the middle changes no figure, and is told', async () => {
  const resultDir = temporaryFolder();
  const preload = new URL('./fixtures/setBackClock.js', import.meta.url).href;
  const signal = join(temporaryFolder(), 'now');
  const env = { NODE_OPTIONS: `--import=${preload}`, SET_BACK_CLOCK: signal };
  const slow = [...load, '--num_requests_per_client', '120', '--step_base_ms', '10'];
  const command = startCommand(slow, { resultDir, env });
  await seenEvents(resultDir, (events) => events.some(({ type }) => type === 'request.completed'));
  writeFileSync(signal, '');
  const { code, stdout } = await command.ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/The wall clock went\s+.*\s+backwards/);
  const summary = summaryOf(lastRun(resultDir));
  expectBooksBalanced(summary);
  expect(summary.levels.map(({ status }) => status)).toEqual(['completed', 'completed']);
  for (const { e2eMs } of summary.levels) expect(e2eMs.min).toBeGreaterThan(0);
  await expectReplayEqual(lastRun(resultDir));
  const stamps = (await loggedEvents(lastRun(resultDir))).map(({ atMs }) => atMs);
  expect(Math.max(...stamps)).toBeLessThan(600_000);
});

test('a run that is stopped for 5 s (SIGSTOP) goes on, and says that it stood still', async () => {
  const resultDir = temporaryFolder();
  const command = startCommand([...load, '--num_requests_per_client', '80', '--step_base_ms', '5'], { resultDir });
  await seenEvents(resultDir, (events) => events.filter(({ type }) => type === 'request.completed').length >= 10);
  const processes = [command.pid, ...descendantsOf(command.pid)];
  for (const pid of processes) process.kill(pid, 'SIGSTOP');
  await sleep(5000);
  for (const pid of processes) process.kill(pid, 'SIGCONT');
  const { code, stdout } = await command.ended;
  expect(code).toBe(0);
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/stood still for [45]\.\d+ s with 2 clients/);
  const summary = summaryOf(lastRun(resultDir));
  expectBooksBalanced(summary);
  expect(summary.levels[0]?.generator).toMatchObject({ verdict: 'clientLimited' });
  expect(summary.levels[0]?.generator.stoodStillMs).toBeGreaterThan(4000);
  await expectReplayEqual(lastRun(resultDir));
});
