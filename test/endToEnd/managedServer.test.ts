import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { listProcesses } from '../../src/clients/processTable.ts';
import { portTrouble } from '../../src/clients/serverPort.ts';
import { freePort } from '../clients/freePort.ts';
import { isAlive, lastRun, quick, runInside, startCommand, summaryOf, temporaryFolder, until } from './command.ts';
import { expectBooksBalanced, expectReplayEqual } from './expectations.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../clients/fixtures/${name}`, import.meta.url));
const simulator = `'${process.execPath}' '${fixture('managedSimulator.js')}' {port}`;
/** It writes at once, however busy the machine is. */
const onlyLoading = "sh -c 'echo loading {port}; exec sleep 600'";
const neverReady = `'${process.execPath}' '${fixture('fakeServer.js')}' {port} never`;
const load = quick.filter((word, index) => word !== '--step_base_ms' && quick[index - 1] !== '--step_base_ms');

/** A place of its own for results and for notes on servers, and the flags of a run that starts its server there. */
async function prepare(serverCommand: string) {
  const [resultDir, state, port] = [temporaryFolder(), temporaryFolder(), await freePort()];
  const env = { XDG_STATE_HOME: state };
  const args = ['--api', 'vllm', '--model', 'm', '--port', String(port), '--server_command', serverCommand, ...load];
  return { place: { resultDir, env }, args, port, resultDir };
}

/**
 * What runs with this port among its arguments: the server, whoever its parent is by now. A process that the command has just
 * started has the command's arguments until it runs its own program, and is none.
 */
function serversAt(port: number): readonly number[] {
  const commandOf = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    } catch {
      return [];
    }
  };
  const own = listProcesses().filter(({ pid, sessionId }) => pid === sessionId);
  return own
    .map(({ pid }) => pid)
    .filter((pid) => {
      const words = commandOf(pid);
      return words.includes(String(port)) && !words.includes('--port');
    });
}

test('a server is started for the run, measured by several sweeps, and gone after it', async () => {
  const { place, args, port, resultDir } = await prepare(simulator);
  const { code, stderr } = await runInside([...args, '--num_clients', '2', '--streaming', 'true', 'false'], place);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const run = lastRun(resultDir);
  expectBooksBalanced(summaryOf(run));
  await expectReplayEqual(run);
  expect(summaryOf(run).levels.map(({ status }) => status)).toEqual(['completed', 'completed']);
  // Both sweeps were measured on the same server.
  expect(readFileSync(join(run, 'server.log'), 'utf8')).toBe(`listening on ${port}\n`);
  expect(serversAt(port)).toEqual([]);
  expect(await portTrouble(port)).toBeUndefined();
});

test('a Ctrl-C in the middle of the start leaves no server', async () => {
  const { place, args, port } = await prepare(neverReady);
  const command = startCommand(args, place);
  await until(() => serversAt(port)[0]);
  command.kill('SIGINT');
  const { code } = await command.ended;
  expect(code).toBe(130);
  expect(serversAt(port)).toEqual([]);
  expect(await portTrouble(port)).toBeUndefined();
});

test('a server that does not come up ends the run with its last words', async () => {
  const { place, args } = await prepare(onlyLoading);
  const { code, stderr } = await runInside([...args, '--server_start_timeout', '1'], place);
  expect(code).toBe(4);
  expect(stderr).toMatch(
    /error {2}vllm did not start: GET \S+ did not answer 200 within 1 s \(--server_start_timeout\)/,
  );
  expect(stderr).toContain('| loading');
});

test('a server that outlives a kill -9 of ours is named by the next start', async () => {
  const { place, args, port, resultDir } = await prepare(simulator);
  const command = startCommand([...args, '--num_clients', '2', '--num_requests_per_client', '100000'], place);
  const pid = await until(() => serversAt(port)[0]);
  onTestFinished(() => {
    if (isAlive(pid)) process.kill(-pid, 'SIGKILL');
  });
  await until(() => readFileSync(join(lastRun(resultDir), 'server.log'), 'utf8').includes('listening'));
  command.kill('SIGKILL');
  const killed = await command.ended;
  expect({ ...killed, isServerAlive: isAlive(pid) }).toMatchObject({ signal: 'SIGKILL', isServerAlive: true });
  const next = await runInside(args, place);
  expect(next.code).toBe(4);
  expect(next.stderr).toContain(`still runs: process ${pid} on port ${port}`);
  expect(next.stderr).toContain(`End it with: kill -- -${pid}`);
  process.kill(-pid, 'SIGTERM');
  await until(() => !isAlive(pid));
  expect(await runInside([...args, '--num_clients', '2'], place)).toMatchObject({ code: 0, stderr: '' });
});
