import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ServiceStart } from '../../src/clients/client.ts';
import { ManagedServer, type ManagedServerSettings } from '../../src/clients/managedServer.ts';
import { listProcesses, processOf } from '../../src/clients/processTable.ts';
import { ServerLedger } from '../../src/clients/serverLedger.ts';
import { portTrouble } from '../../src/clients/serverPort.ts';
import { createRunClock, monotonicMs } from '../../src/core/clock.ts';
import { SpeedometerError } from '../../src/core/errors.ts';
import { freePort } from './freePort.ts';

const fakeServer = fileURLToPath(new URL('fixtures/fakeServer.js', import.meta.url));
/** However busy the machine is. */
const patiently = { timeout: 60_000, interval: 10 };

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A fake server that behaves in a manner of its own, and all that one may want to know of its start. */
async function prepareServer(manner: string, more: Partial<ManagedServerSettings> = {}) {
  const [folder, port] = [temporaryFolder(), await freePort()];
  const ledgerFolder = join(folder, 'ledger');
  const breakOff = new AbortController();
  const said: string[] = [];
  const deaths: string[] = [];
  const server = new ManagedServer(
    {
      name: 'fake',
      command: [process.execPath, fakeServer, String(port), manner],
      port,
      readyWhen: '/health',
      startTimeoutMs: 15_000,
      ledger: new ServerLedger(ledgerFolder),
      ...more,
    },
    createRunClock(monotonicMs()),
  );
  const start: ServiceStart = {
    folder,
    say: (words) => said.push(words),
    onDeath: (message) => deaths.push(message),
    signal: breakOff.signal,
  };
  onTestFinished(() => server.stop().catch(() => {}));
  const log = () => readFileSync(join(folder, 'server.log'), 'utf8');
  return { server, start: () => server.start(start), breakOff, port, folder, ledgerFolder, said, deaths, log };
}

async function failureOf(promise: Promise<unknown>): Promise<SpeedometerError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof SpeedometerError)) return expect.fail(`expected a SpeedometerError, got ${String(thrown)}`);
  return thrown;
}

async function expectNothingLeft(pid: number | undefined, port: number): Promise<void> {
  if (pid === undefined) return expect.fail('nothing was started');
  expect(listProcesses().filter(({ sessionId }) => sessionId === pid)).toEqual([]);
  expect(await portTrouble(port)).toBeUndefined();
}

test('a server is ready once its path answers 200, and gone with its port once it is stopped', async () => {
  const { server, start, port, log, deaths, ledgerFolder } = await prepareServer('plain');
  expect(await start()).toBeGreaterThan(0);
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  await server.stop();
  await expectNothingLeft(server.pid, port);
  expect(log()).toBe('loading\nlistening\n');
  expect(deaths).toEqual([]);
  expect(new ServerLedger(ledgerFolder).orphans()).toEqual([]);
});

test('a taken port is refused before anything is started, with who holds it', async () => {
  const { server, start, port } = await prepareServer('plain');
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { message, exitCode, hint } = await failureOf(start());
  expect(message).toMatch(new RegExp(`^port ${port} is taken by process ${process.pid} \\(.*node.*\\): fake was not`));
  expect(exitCode).toBe(4);
  expect(hint).toContain('--port');
  expect(server.pid).toBeUndefined();
});

test('an early death is noticed with its exit code and the last 50 lines of the output', async () => {
  const { server, start, port } = await prepareServer('dies');
  const { message, hint } = await failureOf(start());
  expect(message).toBe('fake did not start: it ended at its start (exit code 7)');
  const quoted = hint?.split('\n').slice(1) ?? [];
  expect(quoted).toHaveLength(50);
  expect(quoted.at(0)).toBe('| line 12');
  expect(quoted.at(-1)).toBe('| no such model');
  await server.stop();
  await expectNothingLeft(server.pid, port);
});

test('a program that is not there is named', async () => {
  const missing = await prepareServer('plain', { command: ['no-such-program-here'] });
  expect((await failureOf(missing.start())).message).toBe('fake did not start: no program named no-such-program-here');
  const variable = await prepareServer('plain', { command: ['DEVICES=0', 'vllm'] });
  expect((await failureOf(variable.start())).hint).toContain('env NAME=VALUE');
});

test('a server that never gets ready is given up after the limit, and what it says is told meanwhile', async () => {
  const { server, start, port, said } = await prepareServer('never', { startTimeoutMs: 1500 });
  const { message } = await failureOf(start());
  expect(message).toContain(`GET http://127.0.0.1:${port}/health did not answer 200 within 1.5 s`);
  expect(said).toEqual(['fake: starting, 1 s, listening']);
  await server.stop();
  await expectNothingLeft(server.pid, port);
});

test('a server that floods its output is not blocked by it', async () => {
  const { server, start, log } = await prepareServer('noisy');
  await start();
  await server.stop();
  expect(log().length).toBeGreaterThan(4 * 1024 * 1024);
});

test('a start that is broken off fails at once and leaves nothing', async () => {
  const { server, start, port, breakOff } = await prepareServer('never');
  const failure = failureOf(start());
  await vi.waitFor(() => expect(server.pid).toBeDefined(), patiently);
  breakOff.abort();
  expect((await failure).message).toBe('fake did not start: its start was broken off');
  await server.stop();
  await expectNothingLeft(server.pid, port);
});

test('stopping in the middle of a start breaks it off', async () => {
  const { server, start, port } = await prepareServer('never');
  const failure = failureOf(start());
  await vi.waitFor(() => expect(server.pid).toBeDefined(), patiently);
  await server.stop();
  expect((await failure).message).toContain('fake did not start');
  await expectNothingLeft(server.pid, port);
});

test('a server that ignores SIGTERM is killed after its time', async () => {
  const { server, start, port, log } = await prepareServer('stubborn', { stopTimeoutMs: 300 });
  await start();
  await Promise.all([server.stop(), server.stop()]);
  expect(log()).toContain('no\n');
  await expectNothingLeft(server.pid, port);
});

test('its children are gone too, also one that left its session', async () => {
  const { server, start, port, log } = await prepareServer('family', { stopTimeoutMs: 300 });
  await start();
  const children = await vi.waitFor(() => {
    const found = [...log().matchAll(/child (\d+)/g)].map(([, pid]) => Number(pid));
    expect(found).toHaveLength(2);
    return found;
  }, patiently);
  expect(children.map((pid) => processOf(pid)?.sessionId === server.pid).toSorted()).toEqual([false, true]);
  await server.stop();
  for (const pid of children) expect(processOf(pid)).toBeUndefined();
  await expectNothingLeft(server.pid, port);
});

test('a death after the start is told at once, with the last words', async () => {
  const { start, port, deaths } = await prepareServer('plain');
  await start();
  await fetch(`http://127.0.0.1:${port}/die`).catch(() => {});
  await vi.waitFor(
    () => expect(deaths).toEqual(['fake ended by itself (exit code 9); its last words: listening']),
    patiently,
  );
});

test('a second server of a run quotes only its own output', async () => {
  const { server, start, folder } = await prepareServer('never', { startTimeoutMs: 10 });
  writeFileSync(join(folder, 'server.log'), 'words of the first server\n');
  const { hint } = await failureOf(start());
  expect(hint).not.toContain('first server');
  await server.stop();
});

/** A process that does nothing, in a session of its own. */
async function startIdle(): Promise<{ readonly pid: number; readonly end: () => Promise<void> }> {
  const idle = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  const gone = new Promise((resolve) => idle.once('exit', resolve));
  const end = async () => {
    idle.kill('SIGKILL');
    await gone;
  };
  onTestFinished(end);
  return { pid: idle.pid ?? -1, end };
}

test('a server whose owner was killed is named at the next start, with the way to end it', async () => {
  const { server, start, ledgerFolder } = await prepareServer('plain');
  const [owner, orphan] = [await startIdle(), await startIdle()];
  const ledger = new ServerLedger(ledgerFolder, owner.pid);
  ledger.note(orphan.pid, 26_500, ['vllm', 'serve', 'm']);
  expect(ledger.orphans()).toEqual([]); // its owner is there
  await owner.end();
  const { message, hint } = await failureOf(start());
  expect(message).toContain(`process ${orphan.pid} on port 26500 (vllm serve m)`);
  expect(hint).toContain(`kill -- -${orphan.pid}`);
  expect(server.pid).toBeUndefined();
  await orphan.end();
  expect(ledger.orphans()).toEqual([]);
  expect(readdirSync(ledgerFolder)).toEqual([]);
});

test('a pid that was given to another process since is no orphan', async () => {
  const folder = temporaryFolder();
  const [owner, orphan] = [await startIdle(), await startIdle()];
  const ledger = new ServerLedger(folder, owner.pid);
  ledger.note(orphan.pid, 26_500, ['vllm']);
  await owner.end();
  const [name = ''] = readdirSync(folder);
  const path = join(folder, name);
  const entry = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...entry, startTicks: 1 }));
  expect(ledger.orphans()).toEqual([]);
});

test('a ledger that cannot be written keeps nobody from starting', async () => {
  const { server, start } = await prepareServer('plain', {
    ledger: new ServerLedger(join(fakeServer, 'below-a-file')),
  });
  await start();
  await server.stop();
});

test('a server that cannot be asked to end is ended by signals', async () => {
  const asked: string[] = [];
  const askToEnd = () => {
    asked.push('please');
    return Promise.reject(new Error('nobody there'));
  };
  const { server, start, port } = await prepareServer('plain', { askToEnd });
  await start();
  await server.stop();
  expect(asked).toEqual(['please']);
  await expectNothingLeft(server.pid, port);
});

test('a server that never came up is not asked to end', async () => {
  const askToEnd = () => Promise.reject(expect.fail('it was asked'));
  const { server, start, port } = await prepareServer('never', { askToEnd, startTimeoutMs: 300 });
  expect((await failureOf(start())).message).toMatch(/did not answer 200 within 0.3 s/);
  await server.stop();
  await expectNothingLeft(server.pid, port);
});
