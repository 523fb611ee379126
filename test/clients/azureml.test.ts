import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { azuremlAdapter } from '../../src/clients/azureml.ts';
import type { Failure } from '../../src/clients/client.ts';
import type { ClientSettings } from '../../src/clients/clientSettings.ts';
import { createRunClock, monotonicMs } from '../../src/core/clock.ts';
import { DrivenExchange } from '../../src/testing/drivenExchange.ts';
import { type ImitatedEndpoint, startImitatedAzureml } from './imitatedAzureml.ts';

const clock = createRunClock(monotonicMs());
const printToken = fileURLToPath(new URL('./fixtures/printToken.js', import.meta.url));
const spec = { request: 3, prompt: 'Once upon', promptTokens: 2, maxNewTokens: 5 };
const start = { folder: '.', say: () => {}, onDeath: () => {}, signal: new AbortController().signal };

async function startEndpoint(endpoint: ImitatedEndpoint, changed: Partial<ClientSettings> = {}) {
  const server = await startImitatedAzureml({ keys: ['k'], ...endpoint });
  const settings = { header: [], ignore_eos: true, model: 'm', seed: 7, streaming: false, url: server.url, ...changed };
  const client = azuremlAdapter.createClient({ api: 'azureml', ...settings } as ClientSettings, clock);
  onTestFinished(() => {
    client.close();
    server.close();
  });
  const exchange = () => new DrivenExchange({ clock, limitMs: 10_000 }).start(client, spec).settled();
  return { server, client, exchange };
}

/** A command that prints tokens, each noted in a file. */
function tokenCommand(lifeMs: number) {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const notes = join(folder, 'notes');
  const command = `"${process.execPath}" "${printToken}" ${lifeMs} "${notes}"`;
  return { command, runs: () => readFileSync(notes, 'utf8').split('\n').length - 1 };
}

test('requests go to the deployment that is named, with its key and a number that its logs show', async () => {
  const { server, exchange } = await startEndpoint({}, { api_key: 'k', deployment_name: 'blue' });
  expect(await exchange()).toMatchObject({ whole: ' w w w w w' });
  expect(server.requests[0]?.headers).toMatchObject({
    authorization: 'Bearer k',
    'azureml-model-deployment': 'blue',
    'content-type': 'application/json',
    'x-ms-client-request-id': 'deepspeedometer-7-3',
  });
});

test('without a deployment its header is left out', async () => {
  const { server, exchange } = await startEndpoint({}, { api_key: 'k' });
  await exchange();
  expect(server.requests[0]?.headers).not.toHaveProperty('azureml-model-deployment');
});

test('the start asks once, so that a cold start is in no figure, and says how long it took', async () => {
  const { server, client } = await startEndpoint({ coldStartMs: 200 }, { api_key: 'k', deployment_name: 'blue' });
  const { description, warnings } = await client.startService(start);
  expect(description).toMatch(/^AzureML deployment blue, .* took 0\.[2-9] s\.$/);
  expect(warnings).toEqual([]);
  expect(server.requests).toHaveLength(1);
});

test.each([
  [401, 'AZUREML_API_KEY'],
  [403, 'access control'],
  [404, '--deployment_name'],
])('a start that is answered %i ends with the way out', async (status, hint) => {
  const { client } = await startEndpoint({ faults: { 0: { status } } }, { api_key: 'k' });
  await expect(client.startService(start)).rejects.toMatchObject({
    code: 'serverUnreachable',
    hint: expect.stringContaining(hint) as string,
  });
});

test('a start that the endpoint cannot answer yet is a warning', async () => {
  const { client } = await startEndpoint({ faults: { 0: { status: 429, body: 'busy' } } }, { api_key: 'k' });
  expect((await client.startService(start)).warnings).toEqual(['the first request failed: busy']);
});

test.each<[string, NonNullable<ImitatedEndpoint['faults']>, Partial<Failure>]>([
  [
    '429',
    { 0: { status: 429, headers: { 'retry-after': '3' }, body: '{"message":"too many"}' } },
    { httpStatus: 429, reason: 'throttled', message: 'too many; Retry-After: 3' },
  ],
  [
    '424',
    { 0: { status: 424, headers: { 'ms-azureml-model-error-statuscode': '500' }, body: 'no' } },
    { httpStatus: 424, reason: 'modelError', message: 'no; model: 500' },
  ],
  ['408', { 0: { status: 408 } }, { httpStatus: 408, reason: 'timeout' }],
])('%s is measured as what it is, and sent once', async (_, faults, failure) => {
  const { server, exchange } = await startEndpoint({ faults }, { api_key: 'k' });
  expect((await exchange()).failure).toMatchObject({ kind: 'httpStatus', ...failure });
  expect(server.requests).toHaveLength(1);
});

test('a token is replaced before it expires, so that no request is refused', async () => {
  const { command, runs } = tokenCommand(2000);
  const { server, exchange } = await startEndpoint({ answerMs: 20 }, { api_key_command: command });
  await exchange();
  while (new Set(server.requests.map(({ headers }) => headers.authorization)).size < 3) await exchange();
  expect(server.requests.filter(({ status }) => status !== 200)).toEqual([]);
  expect(runs()).toBeLessThanOrEqual(4);
});

test('a token that is refused fails its request as 401, and the next request has another', async () => {
  const { command, runs } = tokenCommand(60_000);
  const { server, exchange } = await startEndpoint({ faults: { 1: { status: 401 } } }, { api_key_command: command });
  const [first, refused, next] = [await exchange(), await exchange(), await exchange()];
  expect(first.failure).toBeUndefined();
  expect(refused.failure).toMatchObject({ kind: 'httpStatus', httpStatus: 401 });
  expect(next.failure).toBeUndefined();
  expect(server.requests.map(({ status }) => status)).toEqual([200, 401, 200]);
  expect(runs()).toBe(2);
});

test('a request that met a kept connection being closed says that it went out again, also with the key of a command', async () => {
  const { command } = tokenCommand(60_000);
  const { server, client, exchange } = await startEndpoint({ faults: { 1: 'hangsUp' } }, { api_key_command: command });
  await exchange();
  const marks: string[] = [];
  await new Promise<void>((resolve) => {
    client.sendRequest(client.prepareRequest(spec), {
      sent: () => void marks.push('sent'),
      resent: ({ reason }) => void marks.push(`resent: ${reason}`),
      headers: () => {},
      received: () => {},
      ended: resolve,
      failed: () => resolve(),
    });
  });
  expect(marks).toEqual(['sent', 'resent: keptTooLong', 'sent']);
  expect(server.requests.map(({ status }) => status)).toEqual([200, 0, 200]);
});

test('a command without a key fails requests before they are sent; cancelling one of them harms nothing', async () => {
  const { server, client, exchange } = await startEndpoint({}, { api_key_command: `"${process.execPath}" -e 0` });
  const cancelled = new DrivenExchange({ clock, limitMs: 10_000 }).start(client, spec);
  cancelled.cancel();
  cancelled.cancel();
  await cancelled.closed;
  expect(cancelled.marks).toEqual(['failed']);
  const { failure, marks } = await exchange();
  expect(failure).toMatchObject({ kind: 'connect', reason: 'noKey' });
  expect(marks).toEqual(['failed']);
  expect(server.requests).toEqual([]);
});
