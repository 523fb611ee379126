import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/events/events.ts';
import {
  descendantsOf,
  type Ended,
  isAlive,
  lastRun,
  loggedEvents,
  quick,
  type RunningCommand,
  runFolders,
  startCommand,
  summaryOf,
  temporaryFolder,
  until,
} from '../endToEnd/command.ts';
import { expectBooksBalanced, expectReplayEqual } from '../endToEnd/expectations.ts';
import { seenEvents } from '../endToEnd/liveLog.ts';

/** A level that goes on for far longer than any test; a request takes `stepMs` times its tokens. */
function endless(stepMs: number): readonly string[] {
  const load = ['--num_clients', '2', '3', '--num_requests_per_client', '10000', '--workers', '2', '--streaming'];
  return [...quick, ...load, '--step_base_ms', String(stepMs), '--max_new_tokens_var', '0', '--prompt_length_var', '0'];
}

interface Interrupted extends Ended {
  readonly resultDir: string;
  readonly events: readonly RunEvent[];
  readonly secondsToEnd: number;
}

/** Sends signals, the next as soon as the one before shows, once requests are being answered. */
async function interrupt(args: readonly string[], signals: readonly NodeJS.Signals[]): Promise<Interrupted> {
  const resultDir = temporaryFolder();
  const command = startCommand(args, { resultDir });
  await seenEvents(resultDir, (events) => events.some(({ type }) => type === 'level.started'));
  const processes = descendantsOf(command.pid);
  expect(processes).toHaveLength(3);
  const signalledAt = performance.now();
  for (const [index, signal] of signals.entries()) {
    command.kill(signal);
    if (index + 1 < signals.length) await drains(resultDir);
  }
  const ended = await command.ended;
  const secondsToEnd = (performance.now() - signalledAt) / 1000;
  expect(processes.filter(isAlive)).toEqual([]);
  const events = await loggedEvents(lastRun(resultDir));
  await expectReplayEqual(lastRun(resultDir));
  return { ...ended, resultDir, events, secondsToEnd };
}

function drains(resultDir: string): Promise<unknown> {
  return seenEvents(resultDir, (events) =>
    events.some((event) => event.type === 'client.phaseChanged' && event.phase === 'draining'),
  );
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s drains, reports and ends with %i', async (signal, exitCode) => {
  const { code, stdout, events, resultDir } = await interrupt(endless(4), [signal]);
  expect(code).toBe(exitCode);
  const summary = summaryOf(lastRun(resultDir));
  expect(summary.run.exitCode).toBe(exitCode);
  expect(summary.levels).toHaveLength(1);
  expect(summary.levels[0]?.status).toBe('interrupted');
  expect(summary.levels[0]?.requests).toMatchObject({ failed: 0, cutOff: 0 });
  expect(summary.levels[0]?.requests.completed).toBeGreaterThan(0);
  expectBooksBalanced(summary);
  expect(events.at(-1)).toMatchObject({ type: 'run.finished', exitCode, reason: 'interrupted' });
  expect(stdout).toContain(lastRun(resultDir));
});

test('Ctrl-C twice cuts off what is open, at once', async () => {
  // A request takes 60 s: without the second signal the drain would last for its limit of 30 s.
  const { code, secondsToEnd, resultDir } = await interrupt(
    [...endless(10_000), '--warmup_requests', '0'],
    ['SIGINT', 'SIGINT'],
  );
  expect(code).toBe(130);
  expect(secondsToEnd).toBeLessThan(3);
  const summary = summaryOf(lastRun(resultDir));
  expect(summary.levels[0]).toMatchObject({ status: 'interrupted', requests: { completed: 0, failed: 0, cutOff: 2 } });
  expectBooksBalanced(summary);
});

const stages: readonly (readonly [string, (command: RunningCommand, resultDir: string) => Promise<unknown>])[] = [
  ['has a folder', (_command, resultDir) => until(() => runFolders(resultDir)[0])],
  ['starts its first process', ({ pid }) => until(() => descendantsOf(pid)[0])],
  ['starts its server', ({ pid }) => until(() => descendantsOf(pid)[2])],
  [
    'prepares a level',
    (_command, resultDir) => seenEvents(resultDir, (events) => events.some(isType('level.prepared'))),
  ],
  ['warms up', (_command, resultDir) => seenEvents(resultDir, (events) => events.some(isType('request.sent')))],
];

test.each(stages)('Ctrl-C as soon as the run %s ends it in order', async (_stage, reached) => {
  const resultDir = temporaryFolder();
  const command = startCommand(endless(4), { resultDir });
  await reached(command, resultDir);
  const processes = descendantsOf(command.pid);
  command.kill('SIGINT');
  const { code, stderr } = await command.ended;
  expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  expect(processes.filter(isAlive)).toEqual([]);
  expectBooksBalanced(summaryOf(lastRun(resultDir)));
  await expectReplayEqual(lastRun(resultDir));
});

function isType(type: RunEvent['type']): (event: RunEvent) => boolean {
  return (event) => event.type === type;
}
