import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { randomStream } from '../../src/core/random.ts';
import type { Recorded } from '../../src/events/events.ts';
import {
  commandLineOf,
  descendantsOf,
  isAlive,
  lastRun,
  loggedEvents,
  quick,
  type RunningCommand,
  runCommand,
  runFolders,
  startCommand,
  summaryOf,
  temporaryFolder,
  until,
} from '../endToEnd/command.ts';
import { expectBooksBalanced, expectReplayEqual } from '../endToEnd/expectations.ts';
import { replayedSummary } from './replayedSummary.ts';

/**
 * 100 processes killed by SIGKILL, each at a moment of its own between the start of a run and its end: 80 main processes and 20
 * embedded servers. `npm run test:faults -- test/faults/anyMoment.test.ts` prints what was left; KILL_SEED draws other moments,
 * KILLS more or fewer.
 */
const seed = Number(process.env['KILL_SEED'] ?? 1);
const kills = Number(process.env['KILLS'] ?? 100);
const servers = Math.round(kills / 5);
const mains = kills - servers;
const load = [...quick, '--streaming', '--workers', '2', '--num_requests_per_client', '60', '--num_clients', '2', '3'];
const longTest = 30 * 60_000;

const rows: string[] = [];
afterAll(() => {
  if (rows.length > 0) console.log(['| killed | times | what was left |', '|---|---|---|', ...rows].join('\n'));
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How long the run takes that nobody kills, in ms. */
async function undisturbedMs(): Promise<number> {
  const startedAtMs = performance.now();
  expect((await runCommand(load, { resultDir: temporaryFolder() })).code).toBe(0);
  return performance.now() - startedAtMs;
}

function processNamed(command: RunningCommand, name: string): number | undefined {
  return descendantsOf(command.pid).find((pid) => commandLineOf(pid).includes(name));
}

/** Every result file below a folder is whole, and holds a level that the log knows as completed. */
function expectWholeResults(resultDir: string, completedLevels: number): void {
  const folder = join(resultDir, 'simulator', 'simulated-8b');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  expect(names.length).toBeLessThanOrEqual(completedLevels);
  for (const name of names) expect(JSON.parse(readFileSync(join(folder, name), 'utf8'))).toBeInstanceOf(Array);
}

/** Then no level was open that could be marked, and the one to come was never begun. */
async function expectKilledBetweenLevels(run: string): Promise<void> {
  const events = await loggedEvents(run);
  const count = (type: Recorded['type']) => events.filter((event) => event.type === type).length;
  expect([count('level.prepared'), count('level.finished')]).toEqual([1, 1]);
}

/** How much of the time before the kill is not in the log, in ms. */
function lostMs(events: readonly Recorded[], killedAtMs: number): number {
  const [started] = events;
  if (started?.type !== 'run.started') return expect.fail('the log does not begin with run.started');
  return killedAtMs - Date.parse(started.startedAt) - (events.at(-1)?.atMs ?? 0);
}

test(
  'kill -9 of the main process at any moment leaves a log that opens, whole levels alone, and no process',
  async () => {
    const random = randomStream(seed, 'main');
    const wholeMs = await undisturbedMs();
    const left = { nothing: 0, logs: 0, whole: 0, levels: 0 };
    const lost: number[] = [];
    for (let kill = 0; kill < mains; kill++) {
      const resultDir = temporaryFolder();
      const command = startCommand(load, { resultDir });
      await Promise.race([sleep(random() * wholeMs), command.ended]);
      const processes = descendantsOf(command.pid);
      const killedAtMs = Date.now();
      command.kill('SIGKILL');
      await command.ended;
      await until(() => !processes.some(isAlive) || undefined, 20_000);

      const events = await eventsLeft(resultDir);
      if (events.length === 0) {
        left.nothing++;
        continue;
      }
      left.logs++;
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
      if (events.at(-1)?.type === 'run.finished') left.whole++;
      else lost.push(lostMs(events, killedAtMs));
      const summary = await replayedSummary(lastRun(resultDir));
      expectBooksBalanced(summary);
      const ended = events.flatMap((event) => (event.type === 'level.finished' ? [event.level] : []));
      const completed = summary.levels.filter(({ status }) => status === 'completed');
      for (const { level } of completed) expect(ended).toContain(level);
      left.levels += completed.length;
      expectWholeResults(resultDir, completed.length);
      if (kill % 10 === 0) await expectResumed(resultDir, completed.length);
    }
    const [median, worst] = [
      lost.toSorted((one, other) => one - other)[Math.floor(lost.length / 2)] ?? 0,
      Math.max(...lost),
    ].map((ms) => ms.toFixed(0));
    rows.push(
      `| the main process | ${mains} | ${left.nothing} times no log yet; ${left.logs} logs that open (${left.whole} of them of runs that were over), with ${left.levels} whole levels; not in them: the last ${median} ms (median), ${worst} ms at most |`,
    );
  },
  longTest,
);

async function eventsLeft(resultDir: string): Promise<readonly Recorded[]> {
  const [folder] = runFolders(resultDir);
  if (folder === undefined || !existsSync(join(folder, 'log.mdb'))) return [];
  try {
    return await loggedEvents(folder);
  } catch (thrown) {
    expect(String(thrown)).toMatch(/was killed at its very start|is empty/);
    return [];
  }
}

/** The same command measures what is missing, and nothing else. */
async function expectResumed(resultDir: string, completed: number): Promise<void> {
  expect((await runCommand(load, { resultDir })).code).toBe(0);
  const { levels } = summaryOf(lastRun(resultDir));
  expect(levels.map(({ status }) => status)).not.toContain('degraded');
  expect(levels.filter(({ status }) => status === 'skipped').length).toBeLessThanOrEqual(completed);
  expect((await runCommand(load, { resultDir })).code).toBe(0);
  expect(summaryOf(lastRun(resultDir)).levels.every(({ status }) => status === 'skipped')).toBe(true);
}

function tryKill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false; // it had just ended
  }
}

test(
  'kill -9 of the embedded server at any moment ends the run in order, with exit code 4',
  async () => {
    const random = randomStream(seed, 'server');
    const wholeMs = await undisturbedMs();
    let [levels, whole] = [0, 0];
    for (let kill = 0; kill < servers; kill++) {
      const resultDir = temporaryFolder();
      const command = startCommand(load, { resultDir });
      const server = await until(() => processNamed(command, 'simulatorProcess'));
      await Promise.race([sleep(random() * wholeMs * 0.8), command.ended]);
      if (isAlive(server)) tryKill(server);
      const { code } = await command.ended;
      const summary = summaryOf(lastRun(resultDir));
      expect([0, 4]).toContain(code);
      expectBooksBalanced(summary);
      await expectReplayEqual(lastRun(resultDir));
      const last = summary.levels.at(-1)?.status ?? 'failed';
      if (code === 0) whole++;
      else if (last === 'completed') await expectKilledBetweenLevels(lastRun(resultDir));
      else expect(last).toMatch(/^(failed|stopped)$/);
      const completed = summary.levels.filter(({ status }) => status === 'completed').length;
      levels += completed;
      expectWholeResults(resultDir, completed);
    }
    rows.push(
      `| the embedded server | ${servers} | ${servers - whole} runs ended in order with exit code 4 (${whole} were over already), ${levels} whole levels kept, the level of the kill marked |`,
    );
  },
  longTest,
);
