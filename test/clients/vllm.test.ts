import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ClientSettings } from '../../src/clients/clientSettings.ts';
import { vllmAdapter } from '../../src/clients/vllm.ts';
import { createRunClock, monotonicMs } from '../../src/core/clock.ts';
import { describeAdapter } from '../../src/testing/contract.ts';
import { ContractBench, specOf } from '../../src/testing/contractBench.ts';
import { freePort } from './freePort.ts';
import { startOldVllm } from './oldVllm.ts';

const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
const simulator = fileURLToPath(new URL('fixtures/managedSimulator.js', import.meta.url));
const port = await freePort();

// The notes on servers that run are the user's own; those of tests do not belong among them.
beforeAll(() => void vi.stubEnv('XDG_STATE_HOME', folder));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('a server that is started for the run', () => {
  const settings = { port, server_command: `'${process.execPath}' '${simulator}' {port}` };
  describeAdapter({ adapter: vllmAdapter, settings, folder }, test);

  test('leaves its output, and no note of itself', () => {
    expect(readFileSync(join(folder, 'server.log'), 'utf8')).toBe(`listening on ${port}\n`);
    expect(readdirSync(join(folder, 'deepspeedometer', 'servers'))).toEqual([]);
  });
});

/** A bench at an imitation of an old server. */
async function oldBench(separator: string, changed: Partial<ClientSettings> = {}, hasReset = false) {
  const server = await startOldVllm(separator, hasReset);
  onTestFinished(server.close);
  const settings = { url: server.url, vllm_protocol: 'generate', ...changed } as const;
  return { server, bench: new ContractBench({ adapter: vllmAdapter, settings }) };
}

test.each([
  ['NUL', true, '\0'],
  ['LF', true, '\n'],
  ['LF', false, '\n'],
] as const)('an answer of /generate with lines ended by %s is read (streamed: %s)', async (_, streaming, separator) => {
  const { server, bench } = await oldBench(separator);
  const spec = specOf(3);
  const { outputs, whole, failure } = await bench.withClientAt({ streaming, temperature: 0.5 }, (client) =>
    bench.exchange(client, spec),
  );
  expect(failure).toBeUndefined();
  expect(streaming ? outputs.map(({ text }) => text) : [whole]).toEqual(
    streaming ? [' word0', ' word1', ' word2'] : [' word0 word1 word2'],
  );
  const { prompt } = spec;
  const body = { prompt, stream: streaming, n: 1, ignore_eos: true, temperature: 0.5, max_tokens: 3 };
  expect(server.asked).toEqual([body]);
});

test('an address with /generate at its end is the same server', async () => {
  const { server, bench } = await oldBench('\n');
  await bench.withClientAt({ url: `${server.url}/generate` }, (client) => bench.exchange(client, specOf(1)));
  expect(server.asked).toHaveLength(1);
});

test('a server at an address is neither started nor stopped, and keeps no log', async () => {
  const { bench } = await oldBench('\n', { server_command: 'no-such-program' });
  expect(await bench.service()).toMatchObject({ url: bench.subject.settings?.url });
  await (await bench.host()).stopService();
  expect(existsSync(join(bench.serviceStart(new AbortController().signal).folder, 'server.log'))).toBe(false);
});

test('a prefix cache is emptied where the server has the route', async () => {
  const { server, bench } = await oldBench('\n', {}, true);
  expect(await (await bench.host()).flushPrefixCache?.()).toBe(true);
  expect(server.resets()).toBe(1);
  const without = await oldBench('\n');
  expect(await (await without.bench.host()).flushPrefixCache?.()).toBe(false);
});

test('sweeps share a server when they start it in the same way', () => {
  const bench = new ContractBench({ adapter: vllmAdapter });
  const keyOf = (changed: Partial<ClientSettings>) => vllmAdapter.serverKey?.(bench.settings(changed));
  expect(keyOf({ streaming: true, temperature: 1 })).toEqual(keyOf({}));
  expect(keyOf({ tp_size: 2 })).not.toEqual(keyOf({}));
  expect(keyOf({ server_args: '--enforce-eager' })).not.toEqual(keyOf({}));
});

test.each([
  [{ server_args: '"' }, /--server_args: a " is not closed/],
  [{ vllm_protocol: 'generate', endpoint: 'chat' }, /--endpoint chat: --vllm_protocol generate/],
  [{ url: 'ftp://h' }, /--url: expected an address/],
] as const)('%j is refused before anything starts', (changed, message) => {
  const bench = new ContractBench({ adapter: vllmAdapter });
  expect(() => vllmAdapter.checkSettings?.(bench.settings(changed))).toThrow(message);
});

test('a start without vLLM says what is missing', async () => {
  const bench = new ContractBench({ adapter: vllmAdapter, folder, settings: { port, server_command: 'no-vllm' } });
  const client = vllmAdapter.createClient(bench.settings(), createRunClock(monotonicMs()));
  const start = client.startService(bench.serviceStart(new AbortController().signal));
  await expect(start).rejects.toThrow('vllm did not start: no program named no-vllm');
});
