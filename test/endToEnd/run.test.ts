import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Recorded } from '../../src/events/events.ts';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import { startSimulator } from '../../src/simulator/startSimulator.ts';
import { instantly, parameters } from '../simulator/parameters.ts';
import {
  descendantsOf,
  isAlive,
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
import { expectBooksBalanced, expectNothingInvented, expectReplayEqual } from './expectations.ts';

type ResultRow = Readonly<Record<string, unknown>>;

function rowsOf(path: string): readonly ResultRow[] {
  return JSON.parse(readFileSync(path, 'utf8')) as ResultRow[];
}

/** The client without a server; its latency spreads by 0.3 s whatever its mean. */
const dummy = ['--api', 'dummy', '--model', 'any', '--dummy_client_latency_time', '0.01', '--min_requests', '2'];
const twoEach = ['--num_requests_per_client', '2'];

/** Result files of a folder, hidden ones and all. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

test('a run against the embedded server leaves a log, a summary and a result file a level, and no process', async () => {
  const resultDir = temporaryFolder();
  const command = startCommand(['--num_clients', '2', '1', '--streaming', '--workers', '2', ...quick], { resultDir });
  const processes = await until(() => {
    const found = descendantsOf(command.pid);
    return found.length === 3 ? found : undefined;
  });
  const { code, stderr } = await command.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(processes.filter(isAlive)).toEqual([]);

  const run = lastRun(resultDir);
  expect(filesIn(resultDir).filter((path) => !path.startsWith('runs/'))).toEqual([
    'simulator/simulated-8b/.levels/prompt24_gen6_clients1.json',
    'simulator/simulated-8b/.levels/prompt24_gen6_clients2.json',
    'simulator/simulated-8b/prompt24_gen6_clients1.json',
    'simulator/simulated-8b/prompt24_gen6_clients2.json',
  ]);
  expect(filesIn(run)).toEqual(['log.mdb', 'log.mdb-lock', 'summary.json']);

  const rows = rowsOf(join(resultDir, 'simulator/simulated-8b/prompt24_gen6_clients2.json'));
  expect(rows).toHaveLength(8);
  for (const row of rows) {
    expect(Object.keys(row).toSorted()).toEqual([
      ...['client_id', 'generated_output', 'generated_tokens'],
      ...['prompt_text', 'prompt_tokens', 'raw_response', 'request_time'],
    ]);
    expect(row['request_time']).toBeGreaterThan(0.002);
    expect(row['request_time']).toBeLessThan(5);
    expect(String(row['generated_output']).length).toBeGreaterThan(0);
    expect(row['generated_tokens']).toBeGreaterThan(0);
  }
  expect(new Set(rows.map((row) => row['client_id']))).toEqual(new Set([0, 1]));
  expect(new Set(rows.map((row) => row['prompt_text'])).size).toBe(8);

  const summary = summaryOf(run);
  expect(summary.levels.map(({ clients, status }) => [clients, status])).toEqual([
    [1, 'completed'],
    [2, 'completed'],
  ]);
  expect(summary.run).toMatchObject({ api: 'simulator', model: 'simulated-8b', tokenizer: 'o200k_base', exitCode: 0 });
  expect(summary.saturation).toEqual(summary.sweeps[0]?.saturation);
  for (const level of summary.levels) {
    expect(level.ttftMs.count).toBeGreaterThan(0);
    expect(level.tpotMs.mean).toBeGreaterThan(0);
    expect(level.steady?.outputTokensPerSec).toBeGreaterThan(0);
  }
  expectBooksBalanced(summary);
  expectNothingInvented(summary);

  const events = await loggedEvents(run);
  expect(events[0]?.type).toBe('run.started');
  expect(events.at(-1)).toMatchObject({ type: 'run.finished', exitCode: 0 });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
  expect(measured(events, 'request.completed')).toHaveLength(16);
  await expectReplayEqual(run);
});

function measured<T extends 'request.completed' | 'request.sent'>(events: readonly Recorded[], type: T) {
  return events.filter((event) => event.type === type && !event.warmup);
}

test('a server of ours is measured over its URL, and the summary alone stands on standard output', async () => {
  const server = await startSimulator(parameters(instantly), { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  const resultDir = temporaryFolder();
  const asked = ['--api', 'openai', '--url', server.url, '--model', 'org/my-model', '--output', 'json'];
  const { code, stdout } = await runCommand([...quick, ...asked, '--num_clients', '3'], { resultDir });
  expect(code).toBe(0);
  const summary = JSON.parse(stdout) as RunSummary;
  expect(summary).toEqual(summaryOf(lastRun(resultDir)));
  expect(summary.run).toMatchObject({ api: 'openai', model: 'org/my-model' });
  const [level] = summary.levels;
  expect(level).toMatchObject({ clients: 3, requests: { planned: 12, completed: 12 }, tokenSources: { usage: 12 } });
  expect(level?.ttftMs).toEqual({ count: 0, undefinedCount: expect.any(Number) });
  expect(level?.tpotMs).not.toHaveProperty('mean');
  expectNothingInvented(summary);
  const [row] = rowsOf(join(resultDir, 'openai/org/my-model/prompt24_gen6_clients3.json'));
  expect(row?.['raw_response']).toMatchObject({ object: 'text_completion', usage: expect.any(Object) });
  await expectReplayEqual(lastRun(resultDir));
});

test('dummy with a model from the hub works without a network, and the log keeps the warning', async () => {
  const resultDir = temporaryFolder();
  // Nobody listens there: what would go to the hub is refused at once, wherever the tests run.
  const env = { HF_ENDPOINT: 'http://127.0.0.1:9', HF_HOME: join(resultDir, 'hub') };
  const asked = ['--api', 'dummy', '--model', 'facebook/opt-125m', '--dummy_client_latency_time', '0.01'];
  const small = ['--num_clients', '2', '--min_requests', '4', '--num_requests_per_client', '2', '--quiet'];
  const { code } = await runCommand([...asked, ...small], { resultDir, env });
  expect(code).toBe(0);
  const events = await loggedEvents(lastRun(resultDir));
  const warnings = events.filter((event) => event.type === 'run.warned').map(({ message }) => message);
  expect(warnings.join('\n')).toMatch(/facebook\/opt-125m.*o200k_base/s);
  expect(summaryOf(lastRun(resultDir)).warnings).toEqual(warnings);
  expect(filesIn(join(resultDir, 'dummy/facebook/opt-125m'))).toContain('prompt2600_gen60_clients2.json');
});

const combined = `
num_clients: [2]
num_requests_per_client: 3
min_requests: 6
warmup_requests: 0
prompt_generator_seed: 1
step_base_ms: 2
quiet: true
prompt_length: [8, 16]
max_new_tokens: [3, 4]
streaming: [true, false]
`;

test('lists in three options run every combination, each level in a file of its own', async () => {
  const resultDir = temporaryFolder();
  const config = join(resultDir, 'sweep.yaml');
  writeFileSync(config, combined);
  const { code } = await runInside(['--config_file', config], { resultDir });
  expect(code).toBe(0);
  const summary = summaryOf(lastRun(resultDir));
  expect(summary.sweeps).toHaveLength(8);
  expect(summary).not.toHaveProperty('saturation');
  const combinations = summary.levels.map((level) =>
    [level.promptLength, level.maxNewTokens, level.streaming, level.clients].join(),
  );
  expect(new Set(combinations).size).toBe(8);
  expectBooksBalanced(summary);
  const results = filesIn(join(resultDir, 'simulator/simulated-8b')).filter((path) => !path.startsWith('.'));
  expect(results).toHaveLength(8);
  expect(results.filter((path) => path.endsWith('_clients2.json'))).toHaveLength(4); // streamed or not, a level has the same name: the second carries its digest
  for (const path of results) expect(path).toMatch(/^prompt(8|16)_gen(3|4)_clients2(_[0-9a-f]{8})?\.json$/);
  for (const path of results) expect(rowsOf(join(resultDir, 'simulator/simulated-8b', path))).toHaveLength(6);
  await expectReplayEqual(lastRun(resultDir));
});

test('a second run skips what exists, --force runs it again, and a changed option gets a name of its own', async () => {
  const resultDir = temporaryFolder();
  const asked = [...quick, ...dummy, ...twoEach];
  const run = async (...more: string[]) => {
    expect((await runInside([...asked, ...more], { resultDir })).code).toBe(0);
    return summaryOf(lastRun(resultDir));
  };
  const first = await run('--num_clients', '1', '2');
  const second = await run('--num_clients', '1', '2', '3');
  expect(second.levels.map(({ status }) => status)).toEqual(['skipped', 'skipped', 'completed']);
  for (const [index, level] of first.levels.entries()) {
    const again = second.levels[index];
    expect(again).toEqual({ ...level, status: 'skipped', reason: `measured by run ${first.run.id}` });
  }
  const third = await run('--num_clients', '1', '2', '3');
  expect(third.levels.map(({ reason }) => reason)).toEqual([
    ...[first, first, second].map(({ run: { id } }) => `measured by run ${id}`),
  ]);
  await expectReplayEqual(lastRun(resultDir));

  const forced = await run('--num_clients', '1', '--force');
  expect(forced.levels.map(({ status }) => status)).toEqual(['completed']);
  expect((await run('--num_clients', '1')).levels[0]?.reason).toBe(`measured by run ${forced.run.id}`);

  const changed = await run('--num_clients', '1', '--warmup_requests', '2');
  expect(changed.levels.map(({ status }) => status)).toEqual(['completed']);
  const names = filesIn(join(resultDir, 'dummy/any')).filter(
    (path) => path.includes('clients1') && !path.startsWith('.'),
  );
  expect(names).toEqual([
    'prompt24_gen6_clients1.json',
    expect.stringMatching(/^prompt24_gen6_clients1_[0-9a-f]{8}\.json$/),
  ]);
});

test('a result whose log is gone or broken is measured again', async () => {
  const resultDir = temporaryFolder();
  const asked = [...quick, ...dummy, ...twoEach];
  const run = async () => {
    const { code, stderr } = await runInside([...asked, '--num_clients', '1'], { resultDir });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return summaryOf(lastRun(resultDir)).levels.map(({ status }) => status);
  };
  expect(await run()).toEqual(['completed']);
  writeFileSync(join(lastRun(resultDir), 'log.mdb'), 'no database');
  expect(await run()).toEqual(['completed']);
  expect(runFolders(resultDir)).toHaveLength(2);
});

test("a result file of another tool's is neither skipped nor overwritten", async () => {
  const resultDir = temporaryFolder();
  const folder = join(resultDir, 'dummy/any');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'prompt24_gen6_clients1.json'), '[]');
  expect((await runInside([...quick, ...dummy, ...twoEach, '--num_clients', '1'], { resultDir })).code).toBe(0);
  expect(readFileSync(join(folder, 'prompt24_gen6_clients1.json'), 'utf8')).toBe('[]');
  expect(filesIn(folder).filter((path) => /^prompt24_gen6_clients1_[0-9a-f]{8}\.json$/.test(path))).toHaveLength(1);
});

test('the embedded server is reachable on loopback while the run goes on, and its port is free afterwards', async () => {
  const resultDir = temporaryFolder();
  const command = startCommand([...quick, '--num_clients', '1', '--num_requests_per_client', '100'], { resultDir });
  const port = await until(() => {
    const [server] = descendantsOf(command.pid)
      .map(listeningPortOf)
      .filter((found) => found !== undefined);
    return server;
  });
  expect(await connects(port)).toBe(true);
  expect((await command.ended).code).toBe(0);
  expect(await connects(port)).toBe(false);
});

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** The port on which a process listens, out of the tables of the system. */
function listeningPortOf(pid: number): number | undefined {
  try {
    const inodes = new Set(
      readdirSync(`/proc/${pid}/fd`).map((fd) => /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]),
    );
    const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
    const listening = rows.map((row) => row.trim().split(/\s+/)).find((row) => row[3] === '0A' && inodes.has(row[9]));
    return listening === undefined ? undefined : Number.parseInt(listening[1]?.split(':')[1] ?? '', 16);
  } catch {
    return undefined; // it has just ended
  }
}
