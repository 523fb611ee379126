import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLineOf, listProcesses } from '../../src/clients/processTable.ts';
import { portTrouble } from '../../src/clients/serverPort.ts';
import { wallClock } from '../../src/core/clock.ts';
import { freePort } from '../clients/freePort.ts';
import { lastRun, runCommand, runInside, temporaryFolder } from './command.ts';

const python = spawnSync('python3', ['-c', 'import mii'], { encoding: 'utf8' });
const lacksMii = python.error === undefined && /No module named 'mii'/.test(python.stderr);
const sentence = 'error  FastGen cannot run here: Python has no module mii (pip install deepspeed-mii)  (exit 4)\n';

test.skipIf(!lacksMii)('where neither FastGen nor a tokenizer can be had, FastGen is what is told of', async () => {
  const [resultDir, cache, port] = [temporaryFolder(), temporaryFolder(), await freePort()];
  const args = ['--api', 'fastgen', '--model', 'facebook/opt-125m', '--port', String(port)];
  const env = { XDG_CACHE_HOME: cache, HF_HOME: cache, HF_ENDPOINT: 'http://127.0.0.1:9' };
  const { code, stderr } = await runInside(args, { resultDir, env });
  expect(code).toBe(4);
  expect(stderr).toBe(sentence);
  expect(readdirSync(resultDir)).toEqual([]);
});

test.skipIf(!lacksMii)('where FastGen cannot run, one sentence says so within 5 s, and nothing is left', async () => {
  const [resultDir, state, port] = [temporaryFolder(), temporaryFolder(), await freePort()];
  const args = ['--api', 'fastgen', '--model', 'facebook/opt-125m', '--port', String(port), '--quiet'];
  const prompts = ['--tokenizer', 'o200k_base', '--prompt_length', '24', '--max_new_tokens', '6'];
  const { code, stderr } = await runCommand([...args, ...prompts], { resultDir, env: { XDG_STATE_HOME: state } });
  const sinceFailureMs = wallClock().getTime() - statSync(join(lastRun(resultDir), 'server.log')).mtimeMs;
  expect(code).toBe(4);
  expect(sinceFailureMs).toBeLessThan(5000);
  expect(stderr).toBe(sentence);
  expect(await portTrouble(port)).toBeUndefined();
  const notes = join(state, 'deepspeedometer', 'servers');
  expect(existsSync(notes) ? readdirSync(notes) : []).toEqual([]);
  expect(listProcesses().filter(({ pid }) => commandLineOf(pid).includes(`--port ${port}`))).toEqual([]);
});
