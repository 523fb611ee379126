import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { descendantsOf, lastRun, quick, summaryOf, temporaryFolder, until } from './command.ts';
import { seenEvents } from './liveLog.ts';
import { hasPseudoTerminal, startInTerminal, type TerminalCommand } from './pseudoTerminal.ts';

const takes = '\u001b[?1049h';
const givesBack = '\u001b[?25h\u001b[?7h\u001b[?1049l';
/** Levels that go on for far longer than any test. */
const endless = [
  ...[...quick, '--ui', 'live', '--num_clients', '2', '3', '--num_requests_per_client', '10000', '--streaming'],
  ...['--step_base_ms', '4'],
];

async function startedLevel(resultDir: string): Promise<TerminalCommand> {
  const command = startInTerminal(endless, resultDir);
  await seenEvents(resultDir, (events) => events.some(({ type }) => type === 'request.completed'));
  await until(() => command.output().includes('running') || undefined);
  return command;
}

/** What is on the screen once the view is gone. */
function after(output: string): string {
  const [, rest] = output.split(givesBack);
  return rest ?? expect.fail('the terminal was not given back');
}

const restored = { code: expect.any(Number) as number, same: 'yes' };
function ends(output: string): { readonly code: number; readonly same: string } {
  const [, code, same] = /code=(\d+) same=(\w+)/.exec(after(output)) ?? [];
  return { code: Number(code), same: same ?? '' };
}

test.skipIf(!hasPseudoTerminal).each([
  ['q', 'q', 0],
  ['Ctrl-C', '\u0003', 130],
])('%s drains, gives the terminal back and reports', async (_key, typed, code) => {
  const resultDir = temporaryFolder();
  const command = await startedLevel(resultDir);
  command.type(typed);
  const { output } = await command.ended;
  expect(output.split(takes)).toHaveLength(2);
  expect(ends(output)).toEqual({ ...restored, code });
  expect(after(output)).toMatch(/The run (ended early: interrupted|was interrupted)/);
  expect(summaryOf(lastRun(resultDir)).levels[0]).toMatchObject({ status: 'interrupted', requests: { cutOff: 0 } });
});

test.skipIf(!hasPseudoTerminal)('n ends the level, and the next one is run', async () => {
  const resultDir = temporaryFolder();
  const command = await startedLevel(resultDir);
  command.type('n');
  await seenEvents(resultDir, (events) => events.some((event) => event.type === 'level.started' && event.level === 1));
  command.type('q');
  const { output } = await command.ended;
  expect(ends(output).same).toBe('yes');
  const [first, second] = summaryOf(lastRun(resultDir)).levels;
  expect(first).toMatchObject({ status: 'stopped', reason: 'ended by hand', requests: { cutOff: 0, failed: 0 } });
  expect(second).toMatchObject({ clients: 3 });
});

test.skipIf(!hasPseudoTerminal).each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s gives the terminal back', async (signal, code) => {
  const resultDir = temporaryFolder();
  const command = await startedLevel(resultDir);
  process.kill(pidOfMain(command.pid), signal);
  const { output } = await command.ended;
  expect(ends(output)).toEqual({ ...restored, code });
});

test.skipIf(!hasPseudoTerminal)('cutting off what is open, in the end by force, gives the terminal back', async () => {
  const resultDir = temporaryFolder();
  const command = await startedLevel(resultDir);
  const pid = pidOfMain(command.pid);
  for (let count = 0; count < 3; count++) process.kill(pid, 'SIGTERM');
  const { output } = await command.ended;
  expect(ends(output).same).toBe('yes');
});

/** A sink whose error nobody can catch: it comes later, once the view is there. */
const crashing = `export const createSink = () => ({
  name: 'crashing',
  write({ events }) {
    if (!events.some(({ type }) => type === 'request.completed')) return;
    setTimeout(() => { throw new Error('out of paper'); }, 500);
  },
  figure() {},
  finish() {},
});`;

test.skipIf(!hasPseudoTerminal)('an error that nobody caught gives the terminal back, and is told after', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'crashing.mjs'), crashing);
  const command = startInTerminal([...endless, '--sink', join(folder, 'crashing.mjs')], join(folder, 'results'));
  const { output } = await command.ended;
  expect(output.split(takes)).toHaveLength(2);
  expect(ends(output)).toEqual({ ...restored, code: 1 });
  expect(after(output)).toContain('out of paper');
});

/** `script` starts a shell, and the shell the command. */
function pidOfMain(script: number): number {
  const [, main] = descendantsOf(script);
  return main ?? expect.fail('no process');
}
