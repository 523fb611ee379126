import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Recorded, RunEvent } from '../../src/events/events.ts';
import { openLmdbLog } from '../../src/sinks/lmdbLog.ts';
import {
  commandLineOf,
  descendantsOf,
  isAlive,
  lastRun,
  loggedEvents,
  quick,
  type RunningCommand,
  runCommand,
  startCommand,
  summaryOf,
  temporaryFolder,
  until,
} from '../endToEnd/command.ts';
import { expectBooksBalanced, expectReplayEqual } from '../endToEnd/expectations.ts';
import { seenEvents } from '../endToEnd/liveLog.ts';
import { replayedSummary } from './replayedSummary.ts';

const load = [...quick, '--streaming', '--workers', '2', '--num_requests_per_client', '60', '--num_clients', '2', '3'];

function count(events: readonly RunEvent[], type: RunEvent['type']): number {
  return events.filter((event) => event.type === type).length;
}

/** The moments at which the main process is killed: once its log holds that many events of a kind. */
const moments: readonly (readonly [RunEvent['type'], number])[] = [
  ['run.started', 1],
  ['request.sent', 1],
  ['level.started', 1],
  ['request.completed', 70],
  ['level.finished', 1],
];

test.each(moments)(
  'kill -9 once the log has %s (%i): nothing acknowledged is lost, no process is left',
  async (type, atLeast) => {
    const resultDir = temporaryFolder();
    const command = startCommand(load, { resultDir });
    const seen = await seenEvents(resultDir, (events) => count(events, type) >= atLeast);
    const processes = descendantsOf(command.pid);
    command.kill('SIGKILL');
    await command.ended;
    await until(() => !processes.some(isAlive) || undefined, 2000);

    const events = await loggedEvents(lastRun(resultDir));
    expect(events.slice(0, seen.length)).toEqual(seen);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    const summary = await replayedSummary(lastRun(resultDir));
    expect(summary.run).not.toHaveProperty('exitCode');
    expectBooksBalanced(summary);
    expect(summary.levels.length).toBe(count(events, 'level.prepared'));
    const completed = summary.levels.reduce((sum, { requests }) => sum + requests.completed, 0);
    expect(completed).toBe(events.filter((event) => event.type === 'request.completed' && !event.warmup).length);
  },
);

test('the same command after kill -9 goes on with the next level', async () => {
  const resultDir = temporaryFolder();
  const command = startCommand(load, { resultDir });
  await seenEvents(resultDir, (events) => count(events, 'level.prepared') === 2);
  command.kill('SIGKILL');
  await command.ended;
  const killed = lastRun(resultDir);
  expect((await runCommand(load, { resultDir })).code).toBe(0);
  const { levels } = summaryOf(lastRun(resultDir));
  expect(levels.map(({ status }) => status)).toEqual(['skipped', 'completed']);
  expect(levels[0]?.reason).toContain(killed.split('/').at(-1));
  expect({ ...levels[0], status: 'completed', reason: undefined }).toEqual({
    ...(await replayedSummary(killed)).levels[0],
    reason: undefined,
  });
  await expectReplayEqual(lastRun(resultDir));
});

function worker({ pid }: RunningCommand): Promise<number> {
  return until(() => descendantsOf(pid).find((child) => commandLineOf(child).includes('workerEntry')));
}

test('kill -9 of a worker degrades its level, and the run goes on with a new one to a bad end', async () => {
  const resultDir = temporaryFolder();
  const command = startCommand(load, { resultDir });
  await seenEvents(resultDir, (events) => count(events, 'request.completed') >= 10);
  process.kill(await worker(command), 'SIGKILL');
  const { code, stderr } = await command.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error {2}a part of the load generator was lost[\s\S]*runs only those again\. {2}\(exit 1\)$/m,
  );
  const summary = summaryOf(lastRun(resultDir));
  expect(summary.levels.map(({ status }) => status)).toEqual(['degraded', 'completed']);
  expect(summary.levels[0]?.reason).toMatch(/^worker \d ended: SIGKILL$/);
  expect(summary.levels[1]?.requests).toMatchObject({ planned: 180, completed: 180 });
  expectBooksBalanced(summary);
  await expectReplayEqual(lastRun(resultDir));
});

test('kill -9 of the only worker while it warms up degrades the level and nothing hangs', async () => {
  const resultDir = temporaryFolder();
  const slow = [...quick, '--num_clients', '1', '--step_base_ms', '200'];
  const command = startCommand(slow, { resultDir });
  await seenEvents(resultDir, (events) => count(events, 'request.sent') >= 1);
  process.kill(await worker(command), 'SIGKILL');
  const { code, stderr } = await command.ended;
  expect(code).toBe(1); // nothing was measured, but the server is not to blame
  expect(stderr).toMatch(/lost on the way \(worker \d ended: SIGKILL\)/);
  const summary = summaryOf(lastRun(resultDir));
  expect(summary.levels).toMatchObject([{ status: 'degraded', requests: { unsent: 8 } }]);
  await expectReplayEqual(lastRun(resultDir));
});

test('kill -9 of the embedded server ends the run in order and is not blamed on requests', async () => {
  const resultDir = temporaryFolder();
  const command = startCommand(load, { resultDir });
  await seenEvents(resultDir, (events) => count(events, 'request.completed') >= 10);
  const server = await until(() =>
    descendantsOf(command.pid).find((child) => commandLineOf(child).includes('simulatorProcess')),
  );
  process.kill(server, 'SIGKILL');
  const { code, stderr } = await command.ended;
  expect(code).toBe(4);
  expect(stderr).toMatch(/^error {2}the embedded server/m);
  const summary = summaryOf(lastRun(resultDir));
  expect(summary.levels).toHaveLength(1);
  // Whichever is seen first: that it is gone, or that requests fail.
  expect(['failed', 'stopped']).toContain(summary.levels[0]?.status);
  if (summary.levels[0]?.status === 'failed') expect(summary.levels[0].reason).toMatch(/the embedded server/);
  expectBooksBalanced(summary);
  await expectReplayEqual(lastRun(resultDir));
});

test('another process reads batches by sequence number while the run goes on', async () => {
  const resultDir = temporaryFolder();
  const command = startCommand(load, { resultDir });
  await seenEvents(resultDir, (events) => events.length > 0);
  const log = openLmdbLog(join(lastRun(resultDir), 'log.mdb'));
  const followed: Recorded[] = [];
  let looks = 0;
  await until(() => {
    looks++;
    for (const batch of log.batches(followed.length)) followed.push(...batch);
    return followed.at(-1)?.type === 'run.finished' || undefined;
  });
  await log.close();
  await command.ended;
  expect(looks).toBeGreaterThan(10);
  expect(followed).toEqual(await loggedEvents(lastRun(resultDir)));
});
