import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openaiTarget } from '../../src/clients/openaiTarget.ts';
import { nothingKnown, probeServer } from '../../src/clients/probeServer.ts';
import type { ServerFacts } from '../../src/clients/serverFacts.ts';
import { createRunClock } from '../../src/core/clock.ts';

const settings = { model: 'm', header: [], api_key_env: 'NONE_A', organization_env: 'NONE_B', project_env: 'NONE_C' };

/** Asks a server that answers GETs by path: an object is JSON, all else is 404. */
async function probe(
  answers: Readonly<Record<string, object | string>>,
  headers: Readonly<Record<string, string>> = {},
) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const body = answers[path];
    response.writeHead(body === undefined ? 404 : 200, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
  });
  let connections = 0;
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const facts = await probeServer(settings, openaiTarget(url), createRunClock(0));
  return { facts, asked, connections };
}

const listing = (entry: object) => ({ '/v1/models': { object: 'list', data: [{ id: 'm', ...entry }] } });

const cases: readonly (readonly [string, Parameters<typeof probe>, Partial<ServerFacts>])[] = [
  [
    'vLLM by the owner of its model',
    [{ ...listing({ owned_by: 'vllm', max_model_len: 2048 }), '/version': { version: '0.32.0' } }],
    { flavour: 'vllm', version: '0.32.0', contextTokens: 2048, models: ['m'] },
  ],
  [
    'vLLM by its metrics, where its model has another owner',
    [{ ...listing({ owned_by: 'me' }), '/metrics': '# HELP x\nvllm:num_requests_running{} 0\n' }],
    { flavour: 'vllm', hasMetrics: true },
  ],
  [
    'llama.cpp by its head',
    [
      { ...listing({}), '/props': { default_generation_settings: { n_ctx: 1024 }, build_info: 'b7' } },
      { server: 'llama.cpp' },
    ],
    { flavour: 'llamacpp', version: 'b7', contextTokens: 1024 },
  ],
  [
    'SGLang by its own path',
    [{ ...listing({}), '/get_server_info': { model_path: 'x', version: '0.5' } }],
    { flavour: 'sglang', version: '0.5' },
  ],
  [
    'TGI by its own path',
    [{ '/info': { max_total_tokens: 512, version: '3.3' } }],
    { flavour: 'tgi', contextTokens: 512 },
  ],
  ['Ollama', [{ '/api/version': { version: '0.9' } }], { flavour: 'ollama', version: '0.9' }],
  ['OpenAI by its head', [listing({ owned_by: 'system' }), { 'openai-version': '2020-10-01' }], { flavour: 'openai' }],
  ['the embedded server', [listing({ owned_by: 'deepspeedometer' })], { flavour: 'embedded' }],
  ['nobody it knows', [{ '/v1/models': 'what?', '/metrics': '{"json":1}' }], { ...nothingKnown }],
];

test.each(cases)('the probe knows %s', async (_, given, expected) => {
  const { facts } = await probe(...given);
  expect(facts).toMatchObject(expected);
});

test('the probe asks nothing twice, over one connection', async () => {
  const { asked, connections } = await probe({});
  expect(new Set(asked).size).toBe(asked.length);
  expect(connections).toBe(1);
});

test('a listing without end is not read to its end', async () => {
  const { facts } = await probe({ '/v1/models': `{"data":[{"id":"m"}],"x":"${'x'.repeat(1 << 20)}"}` });
  expect(facts.models).toEqual([]);
});

test('a server that is not there is one of which nothing is known', async () => {
  expect(await probeServer(settings, openaiTarget('http://127.0.0.1:9'), createRunClock(0))).toEqual(nothingKnown);
});
