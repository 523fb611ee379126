import { afterEach, expect, test, vi } from 'vitest';
import type { RequestSpec } from '../../src/clients/client.ts';
import type { ClientSettings } from '../../src/clients/clientSettings.ts';
import { openaiHeaders } from '../../src/clients/openaiHeaders.ts';
import { postTarget } from '../../src/clients/postTarget.ts';
import { loadAdapter } from '../../src/clients/registry.ts';
import { createRunClock } from '../../src/core/clock.ts';

afterEach(() => vi.unstubAllEnvs());

function settingsOf(api: string, changed: Partial<ClientSettings>): ClientSettings {
  const defaults = { ignore_eos: true, header: [], organization_env: 'NONE_A', project_env: 'NONE_B' };
  return {
    ...defaults,
    api,
    url: 'http://127.0.0.1:1',
    model: 'm/1',
    streaming: true,
    seed: 7,
    ...changed,
  } as ClientSettings;
}

async function requestOf(api: string, changed: Partial<ClientSettings> = {}, earlier?: RequestSpec['earlier']) {
  const settings = settingsOf(api, changed);
  const adapter = await loadAdapter(api);
  adapter.checkSettings?.(settings);
  const client = adapter.createClient(settings, createRunClock(0));
  const asked = { request: 3, prompt: 'Hi', promptTokens: 1, maxNewTokens: 5 };
  const spec = earlier === undefined ? asked : { ...asked, earlier };
  const { path, body } = client.prepareRequest(spec) as { readonly path: string; readonly body: Buffer };
  return { path, body: JSON.parse(body.toString()) as unknown };
}

test.each([
  ['anthropic', {}, 'messages'],
  ['openai', { endpoint: 'chat' }, 'messages'],
  ['openai', { endpoint: 'responses' }, 'input'],
  ['azureml', { endpoint: 'chat', azureml_form: 'openai' }, 'messages'],
] as const)('%s with %o brings along what was said before', async (api, changed, member) => {
  const earlier = [
    { role: 'user', content: 'A queue?' },
    { role: 'assistant', content: 'Say "next".' },
  ] as const;
  const { body } = await requestOf(api, changed, earlier);
  expect(body).toMatchObject({ [member]: [...earlier, { role: 'user', content: 'Hi' }] });
  if (member === 'input') expect(body).toMatchObject({ input: [{ type: 'message' }, { type: 'message' }, {}] });
  const { body: first } = await requestOf(api, changed);
  const { body: alike } = await requestOf(api, changed, []);
  if (member === 'messages') expect(alike).toEqual(first);
});

const scoring = { streaming: false, azureml_form: 'vllm' } as const;

test.each<[string, Partial<ClientSettings>, string, object]>([
  [
    'llamacpp',
    { temperature: 0 },
    '/completion',
    { prompt: 'Hi', n_predict: 5, stream: true, ignore_eos: true, temperature: 0 },
  ],
  ['sglang', {}, '/generate', { text: 'Hi', sampling_params: { max_new_tokens: 5, ignore_eos: true }, stream: true }],
  [
    'tgi',
    { temperature: 0 },
    '/generate_stream',
    { inputs: 'Hi', parameters: { max_new_tokens: 5, details: true, return_full_text: false, do_sample: false } },
  ],
  [
    'tgi',
    { streaming: false },
    '/generate',
    { inputs: 'Hi', parameters: { max_new_tokens: 5, details: true, return_full_text: false } },
  ],
  [
    'triton',
    {},
    '/v2/models/m%2F1/generate_stream',
    {
      text_input: 'Hi',
      max_tokens: 5,
      min_tokens: 5,
      bad_words: '',
      stop_words: '',
      stream: true,
      exclude_input_in_output: true,
    },
  ],
  ['ollama', {}, '/api/generate', { model: 'm/1', prompt: 'Hi', raw: true, stream: true, options: { num_predict: 5 } }],
  [
    'anthropic',
    {},
    '/v1/messages',
    { model: 'm/1', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }], stream: true },
  ],
  [
    'azureml',
    scoring,
    '/score',
    { input_data: { input_string: ['Hi'], parameters: { max_tokens: 5, return_full_text: false, ignore_eos: true } } },
  ],
  [
    'azureml',
    { ...scoring, azureml_form: 'mii' },
    '/score',
    {
      input_data: {
        input_string: ['Hi'],
        parameters: { max_new_tokens: 5, return_full_text: false, ignore_eos: true },
      },
    },
  ],
])('%s %j is asked at %s', async (api, changed, path, body) => {
  expect(await requestOf(api, changed)).toEqual({ path, body });
});

test('the OpenAI form of AzureML is taken by the path of the address', async () => {
  const { path, body } = await requestOf('azureml', { url: 'https://x.inference.ml.azure.com/v1/chat/completions' });
  expect(path).toBe('/v1/chat/completions');
  expect(body).toMatchObject({ model: 'm/1', max_tokens: 5, stream: true });
});

test('further members go where the body holds others, and replace none', async () => {
  const { body } = await requestOf('tgi', { extra_body: '{"parameters":{"top_p":0.9},"more":1}' });
  expect(body).toMatchObject({ more: 1, parameters: { top_p: 0.9, max_new_tokens: 5 } });
  await expect(requestOf('tgi', { extra_body: '{"parameters":{"max_new_tokens":1}}' })).rejects.toThrow(
    '"parameters.max_new_tokens" cannot be set here',
  );
  await expect(requestOf('llamacpp', { extra_body: '{"n_predict":1}' })).rejects.toThrow('"n_predict" cannot be set');
});

test.each<[string, Partial<ClientSettings>, string]>([
  ['llamacpp', { endpoint: 'chat' }, '--endpoint'],
  ['ollama', { max_tokens_field: 'max_tokens' }, '--max_tokens_field'],
  ['azureml', { ...scoring, streaming: true }, '--streaming'],
  ['azureml', { ...scoring, api_key: 'two words' }, 'not a valid header value'],
  ['azureml', { ...scoring, api_key_command: '"' }, '--api_key_command'],
  ['sglang', { url: 'nowhere' }, '--url'],
])('%s refuses %j', async (api, changed, words) => {
  await expect(requestOf(api, changed)).rejects.toThrow(words);
});

test.each([
  ['http://h', '', '/generate_stream'],
  ['http://h/', '', '/generate_stream'],
  ['http://h/v1', '', '/generate_stream'],
  ['http://h/generate', '', '/generate_stream'],
  ['http://h/proxy/generate_stream?a=b', '/proxy', '/proxy/generate_stream?a=b'],
])('%s is asked at base "%s" by %s', (url, base, path) => {
  expect(postTarget(url, '/generate_stream', '/generate')).toMatchObject({ base, path });
});

test('a key of OpenAI goes to no server of another protocol, unless its variable is named', () => {
  vi.stubEnv('OPENAI_API_KEY', 'for-openai');
  vi.stubEnv('ANTHROPIC_API_KEY', 'for-anthropic');
  const headersOf = (api: string, changed: Partial<ClientSettings> = {}) =>
    openaiHeaders(settingsOf(api, changed), postTarget('http://h', '/x'), '*/*').join(' ');
  expect(headersOf('openai')).toContain('authorization Bearer for-openai');
  for (const api of ['llamacpp', 'sglang', 'tgi', 'triton', 'ollama', 'anthropic', 'azureml']) {
    expect(headersOf(api)).not.toContain('for-openai');
  }
  expect(headersOf('anthropic')).toContain('anthropic-version 2023-06-01 x-api-key for-anthropic');
  expect(headersOf('tgi', { api_key_env: 'OPENAI_API_KEY' })).toContain('authorization Bearer for-openai');
});
