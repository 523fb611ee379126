import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ClientSettings } from '../../src/clients/clientSettings.ts';
import { fastgenAdapter } from '../../src/clients/fastgen.ts';
import { portTrouble } from '../../src/clients/serverPort.ts';
import { describeAdapter } from '../../src/testing/contract.ts';
import { ContractBench, specOf } from '../../src/testing/contractBench.ts';
import { freePort } from './freePort.ts';
import { type MiiFault, type MiiManner, startImitatedMii } from './imitatedMii.ts';

const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
const fixture = fileURLToPath(new URL('fixtures/managedMii.js', import.meta.url));
const port = await freePort();

// The notes on servers that run are the user's own; those of tests do not belong among them.
beforeAll(() => void vi.stubEnv('XDG_STATE_HOME', folder));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('a server that is started for the run', () => {
  const settings = { port, server_command: `'${process.execPath}' '${fixture}' {port}` };
  describeAdapter({ adapter: fastgenAdapter, settings, folder }, test);

  test('ends by Terminate, and leaves no note of itself', () => {
    expect(readFileSync(join(folder, 'server.log'), 'utf8')).toBe(`listening on ${port}\nterminated\n`);
    expect(readdirSync(join(folder, 'deepspeedometer', 'servers'))).toEqual([]);
  });
});

/** A bench at an imitation of MII. */
async function benchAt(manner: MiiManner, settings: Partial<ClientSettings> = {}) {
  const mii = await startImitatedMii(manner);
  onTestFinished(mii.close);
  return { mii, bench: new ContractBench({ adapter: fastgenAdapter, settings: { url: mii.url, ...settings } }) };
}

test.each([true, false])('a request holds what MII needs, and nothing else (streamed: %s)', async (streaming) => {
  const { mii, bench } = await benchAt({}, { request_timeout: 600, temperature: 0.5, extra_body: '{"top_k":4}' });
  const spec = specOf(3);
  const { outputs, whole, counts } = await bench.withClientAt({ streaming }, (client) => bench.exchange(client, spec));
  expect(streaming ? outputs.map(({ text }) => text) : [whole]).toEqual(
    streaming ? ['t1 ', 't2 ', 't3 '] : ['t1 t2 t3'],
  );
  expect(counts.get('usage')).toBe(3);
  const [{ prompts, options, headers } = expect.fail('nothing was asked')] = mii.calls;
  expect(prompts).toEqual([spec.prompt]);
  const common = { max_new_tokens: 3, ignore_eos: true, top_k: 4, temperature: 0.5 };
  expect(options).toEqual(streaming ? { ...common, stream: true } : common);
  expect(headers).toMatchObject({ te: 'trailers', 'content-type': 'application/grpc', 'grpc-timeout': '605S' });
});

const failures: readonly (readonly [name: string, fault: MiiFault, kind: string, reason: string])[] = [
  ['a stream without its last message', 'noTerminal', 'stream', 'truncated'],
  ['an answer that ends within a message', 'midMessage', 'stream', 'truncated'],
  ['a server that leaves in the middle of an answer', 'goaway', 'stream', 'reset'],
  [
    'a status without an answer',
    { status: 2, message: 'Exception calling application: boom' },
    'httpStatus',
    'serverError',
  ],
  ['a replica that is gone', { status: 14, message: 'failed to connect' }, 'connect', 'unavailable'],
  ["a server's own deadline", { status: 4, message: 'Deadline Exceeded' }, 'timeout', 'deadlineExceeded'],
  ['another service', { status: 12, message: 'Method not found!' }, 'protocol', 'unimplemented'],
  ['a web server over HTTP/2', 'html', 'protocol', 'notGrpc'],
  ['an error of a proxy', 'http', 'httpStatus', 'status'],
];

test.each(failures)(
  '%s is a failure, sent once, and the next exchange is tried anew',
  async (_, fault, kind, reason) => {
    const { mii, bench } = await benchAt({ fault });
    await bench.withClientAt({ streaming: true }, async (client) => {
      expect((await bench.exchange(client, specOf(5))).failure).toMatchObject({ kind, reason });
      expect((await bench.exchange(client, specOf(5, 1))).failure).toMatchObject({ kind, reason });
    });
    expect(mii.calls).toHaveLength(2);
  },
);

test('a stream that stalls ends at once when the run cancels it', async () => {
  const { bench } = await benchAt({ fault: 'stalls' });
  await bench.withClientAt({ streaming: true }, async (client) => {
    const exchange = bench.start(client, specOf(5));
    await exchange.whenMarked('received');
    exchange.cancel();
    expect((await exchange.settled()).failure).toMatchObject({ kind: 'aborted', reason: 'cancelled' });
  });
});

test('a cancelled answer goes on in the server, and none of it comes into the next one', async () => {
  const { mii, bench } = await benchAt({});
  await bench.withClientAt({ streaming: true }, async (client) => {
    const cancelled = bench.start(client, specOf(200));
    await cancelled.whenMarked('received');
    cancelled.cancel();
    await cancelled.closed;
    const next = await bench.exchange(client, specOf(300, 1));
    expect(next.failure).toBeUndefined();
    expect(next.outputs.map(({ text }) => text)).toEqual(Array.from({ length: 300 }, (_, index) => `t${index + 1} `));
  });
  expect(mii.counts.generated).toBe(500);
});

test('more requests than the server has threads all end well, those over its number later', async () => {
  const { mii, bench } = await benchAt({ beginsAt: 300 });
  const clients = Array.from({ length: 300 }, () => bench.clientAt({ streaming: true }));
  onTestFinished(() => {
    for (const client of clients) client.close();
  });
  const exchanges = await Promise.all(clients.map((client, user) => bench.exchange(client, specOf(8, user))));
  expect(exchanges.filter(({ failure, tokens }) => failure !== undefined || tokens !== 8)).toEqual([]);
  expect(mii.counts.most).toBe(256);
});

test('a server that speaks HTTP/1 only is no gRPC server', async () => {
  const server = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const { port: at } = server.address() as { readonly port: number };
  const bench = new ContractBench({ adapter: fastgenAdapter, settings: { url: `127.0.0.1:${at}` } });
  const { failure } = await bench.withClientAt({}, (client) => bench.exchange(client, specOf(5)));
  expect(failure?.kind).toBe('protocol');
});

test.each([
  [{ url: 'https://host:1' }, /--url: expected HOST:PORT/],
  [{ temperature: 0 }, /--temperature: MII takes a number above 0/],
  [{ extra_body: '{"max_tokens":5}' }, /--extra_body: max_tokens: MII has no such option/],
  [{ extra_body: '{"stream":true}' }, /--extra_body: stream: MII has no such option/],
  [{ extra_body: '{"top_p":0}' }, /--extra_body: top_p: MII takes a number above 0/],
  [{ extra_body: '{"stop":["a"]}' }, /--extra_body: stop: MII takes one text/],
  [{ extra_body: '{"top_k":null}' }, /--extra_body: top_k: MII takes a whole number/],
  [{ extra_body: '{"ignore_eos":false}' }, /--extra_body: ignore_eos is set by --ignore_eos/],
  [{ extra_body: '[]' }, /--extra_body: expected a JSON object/],
  [{ endpoint: 'chat' }, /--endpoint: --api fastgen speaks gRPC/],
  [{ header: ['a: b'] }, /--header: --api fastgen speaks gRPC/],
  [{ server_args: '"' }, /--server_args: a " is not closed/],
] as const)('%j is refused before anything is sent', (changed, message) => {
  const bench = new ContractBench({ adapter: fastgenAdapter });
  const settings = bench.settings(changed as Partial<ClientSettings>);
  expect(() => fastgenAdapter.checkSettings?.(settings)).toThrow(message);
});

/** A bench that starts a Python of the test's own, and one start of it. */
async function startAt(changed: Partial<ClientSettings>) {
  const at = await freePort();
  const bench = new ContractBench({ adapter: fastgenAdapter, folder, settings: { port: at, ...changed } });
  const client = bench.clientAt({});
  onTestFinished(() => client.stopService());
  return { at, start: client.startService(bench.serviceStart(new AbortController().signal)) };
}

test('where FastGen cannot run, one sentence says why, and nothing is left', async () => {
  const script = `echo Traceback; echo 'FastGen cannot run here: no GPU' >&2; exit 1`;
  const { at, start } = await startAt({ server_command: `sh -c "${script}"` });
  await expect(start).rejects.toMatchObject({
    code: 'serverUnreachable',
    message: 'FastGen cannot run here: no GPU',
    hint: expect.stringContaining('| Traceback'),
  });
  expect(await portTrouble(at)).toBeUndefined();
});

test("a port of MII's replicas that is taken is named before anything starts", async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => blocker.once('listening', resolve));
  onTestFinished(() => void blocker.close());
  const { port: taken } = blocker.address() as { readonly port: number };
  const { start } = await startAt({ port: taken - 1, fastgen_python: 'no-such-python' });
  await expect(start).rejects.toThrow(`port ${taken} is taken`);
});
