import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fastgenAdapter } from '../../src/clients/fastgen.ts';
import { listProcesses } from '../../src/clients/processTable.ts';
import { portTrouble } from '../../src/clients/serverPort.ts';
import { ContractBench, specOf } from '../../src/testing/contractBench.ts';
import { freePort } from '../clients/freePort.ts';
import { type Ended, lastRun, loggedEvents, runCommand, summaryOf, temporaryFolder } from '../endToEnd/command.ts';
import { expectBooksBalanced, expectNothingInvented, expectReplayEqual } from '../endToEnd/expectations.ts';
import {
  expectCurve,
  expectExactSweep,
  isInstalled,
  resultFilesOf,
  serverCache,
  serverScripts,
  startScript,
} from './realServers.ts';

const venv = 'mii-0.3.3';
const frontend = join(serverScripts, 'mii-frontend.py');
const script = 'start-mii.sh';
const isHere = existsSync(frontend) && existsSync(join(serverScripts, script));
const why = isHere ? '' : ` (skipped: no ${join(serverScripts, script)})`;

/** Our own script starts MII's own servers, by a module `mii` that starts them with an imitated engine. */
const env = {
  PYTHONPATH: fileURLToPath(new URL('fixtures/python', import.meta.url)),
  MII_FRONTEND: frontend,
  MII_PYTHON: join(serverCache, venv, 'bin', 'python'),
  MII_STEP_MS: '4',
  PYTHONDONTWRITEBYTECODE: '1',
};
const load = [
  ...['--tokenizer', 'o200k_base', '--num_requests_per_client', '4', '--min_requests', '16', '--prompt_length', '24'],
  ...['--max_new_tokens', '12', '--prompt_generator_seed', '1', '--workers', '1', '--quiet'],
  ...['--early_stop_latency', '1000', '--num_clients'],
];

/** The first of three free ports, below those that the system gives to connections, which could take one at any time. */
async function freePorts(): Promise<number> {
  const first = 20_001 + ((await freePort()) % 10_000);
  const troubles = await Promise.all([first, first + 1, first + 2].map(portTrouble));
  return troubles.every((trouble) => trouble === undefined) ? first : freePorts();
}

/** A run that starts its server, and what is there to look at. */
async function runFastgen(more: readonly string[]) {
  const [resultDir, state, port] = [temporaryFolder(), temporaryFolder(), await freePorts()];
  const before = new Set(listProcesses().map(({ pid }) => pid));
  const ended = await runCommand(['--api', 'fastgen', '--model', 'm', '--port', String(port), ...load, ...more], {
    resultDir,
    env: { ...env, XDG_STATE_HOME: state },
  });
  const left = listProcesses().filter(({ pid }) => !before.has(pid) && commandLine(pid).includes(frontend));
  return { ...ended, left, port, resultDir, run: lastRun(resultDir) };
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended
  }
}

function expectWell({ code, stderr }: Ended): void {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

test.skipIf(!isHere || isInstalled(venv))(
  `MII is installed by its script, which takes a minute once${why}`,
  { timeout: 300_000 },
  async () => {
    const { stop } = await startScript(script, await freePort());
    await stop();
    expect(isInstalled(venv)).toBe(true);
  },
);

test.skipIf(!isHere).each([true, false])(
  `MII's servers are started for the run, measured through the load balancer, and gone by Terminate (streamed: %s)${why}`,
  { timeout: 120_000 },
  async (streaming) => {
    const replicas = ['--num_replicas', '2', '--max_ragged_batch_size', '512', '--deployment_name', 'mine'];
    const more = ['--streaming', String(streaming), ...replicas, '--quantization_mode', 'wf6af16'];
    const { run, port, resultDir, left, ...ended } = await runFastgen(['1', '4', '64', ...more]);
    expectWell(ended);
    expect(left).toEqual([]);
    for (const at of [port, port + 1, port + 2]) expect(await portTrouble(at)).toBeUndefined();
    const log = readFileSync(join(run, 'server.log'), 'utf8');
    expect(log).toContain('serve m mine 1 2 wf6af16');
    expect(log).toContain('max_ragged_batch_size=512, max_ragged_sequence_count=512');
    expect(log).toMatch(/process \d+ of the deployment ended \(0\)/); // by no signal

    const summary = summaryOf(run);
    expectBooksBalanced(summary);
    expectNothingInvented(summary);
    await expectReplayEqual(run);
    await expectExactSweep(run, summary); // by the counts of the server
    if (streaming) expectCurve(summary.levels);
    expect(resultFilesOf(resultDir)).toEqual([1, 4, 64].map((clients) => `prompt24_gen12_clients${clients}.json`));
  },
);

test.skipIf(!isHere)(
  `faults of MII end in the right kind of failure in bounded time${why}`,
  { timeout: 120_000 },
  async () => {
    const refused = await runFastgen(['1', '--extra_body', '{"max_length":2}']);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('answers with an error: UNKNOWN: 1 validation error for GenerateParamsConfig');
    const failures = (await loggedEvents(refused.run)).filter(({ type }) => type === 'request.failed');
    expect(failures[0]).toMatchObject({ kind: 'httpStatus', reason: 'promptTooLong' });

    // The same in a stream hangs in the load balancer: only our own limit ends it.
    const hanging = ['--streaming', '--no_progress_timeout', '0.5', '--extra_body', '{"max_length":2}'];
    const hung = await runFastgen(['1', ...hanging]);
    expect(hung.code).toBe(4);
    expect(hung.stderr).toContain('did not answer in time');
    expect(hung.left).toEqual([]);
  },
);

test.skipIf(!isHere)(
  `64 streams at once come whole, also after some that were cancelled${why}`,
  { timeout: 120_000 },
  async () => {
    const [folder, port] = [temporaryFolder(), await freePorts()];
    for (const [name, value] of Object.entries({ ...env, XDG_STATE_HOME: folder })) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const settings = { port, model: 'm', streaming: true };
    const bench = new ContractBench({ adapter: fastgenAdapter, settings, folder, limitMs: 30_000 });
    const client = await bench.host();
    const at = { url: `127.0.0.1:${port}` };
    try {
      for (const cancelled of [8, 0]) {
        const clients = Array.from({ length: 64 }, () => bench.clientAt(at));
        const settled = await Promise.all(
          clients.map(async (user, index) => {
            const exchange = bench.start(user, specOf(4 + index, index));
            if (index >= cancelled) return exchange.settled();
            await exchange.whenMarked('received');
            exchange.cancel();
            return exchange.settled();
          }),
        );
        for (const user of clients) user.close();
        const said = settled.map(({ failure, tokens }) => failure?.kind ?? tokens);
        expect(said).toEqual(clients.map((_, index) => (index < cancelled ? 'aborted' : 4 + index)));
      }
    } finally {
      await client.stopService();
    }
    expect(await portTrouble(port)).toBeUndefined();
  },
);

test.skipIf(!isHere)(
  `what mii.serve throws is said in one sentence, and nothing is left${why}`,
  { timeout: 120_000 },
  async () => {
    const { code, stderr, left } = await runFastgen(['1', '--quantization_mode', 'no-such-mode']);
    expect(code).toBe(4);
    expect(stderr).toMatch(/^error {2}FastGen cannot run here: ValueError: quantization_mode: unknown$/m);
    expect(left).toEqual([]);
  },
);
