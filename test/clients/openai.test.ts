import { expect, test } from 'vitest';
import { OpenaiClient, type OpenaiSettings, openaiTarget } from '../../src/clients/openai.ts';

const settings: OpenaiSettings = {
  url: 'http://127.0.0.1:1',
  endpoint: undefined,
  api_key_env: 'DEEPSPEEDOMETER_TEST_KEY',
  header: [],
  temperature: undefined,
  ignore_eos: true,
  model: 'm',
  streaming: false,
};
const spec = { request: 0, prompt: 'Say "hi"', promptTokens: 3, maxNewTokens: 5 };

function bodyOf(overrides: Partial<OpenaiSettings>) {
  const client = new OpenaiClient({ ...settings, ...overrides });
  const { path, body } = client.prepareRequest(spec);
  return { path, ...(JSON.parse(body.toString()) as Record<string, unknown>) };
}

test.each([
  ['http://h:1', undefined, '/v1/completions', 'completions'],
  ['http://h:1/', 'chat', '/v1/chat/completions', 'chat'],
  ['http://h:1/v1', undefined, '/v1/completions', 'completions'],
  ['http://h:1/v1/', 'chat', '/v1/chat/completions', 'chat'],
  ['http://h:1/v1/chat/completions', undefined, '/v1/chat/completions', 'chat'],
  ['http://h:1/proxy/v1/completions', undefined, '/proxy/v1/completions', 'completions'],
  ['http://h:1/proxy', undefined, '/proxy/v1/completions', 'completions'],
  ['http://h:1/openai/completions?api-version=1', undefined, '/openai/completions?api-version=1', 'completions'],
] as const)('%s with endpoint %s is asked at %s', (url, endpoint, path, chosen) => {
  expect(openaiTarget(url, endpoint)).toMatchObject({ origin: 'http://h:1', path, endpoint: chosen });
});

test('user info of an address is taken out of it', () => {
  expect(openaiTarget('http://me:p%40ss@h:1/v1')).toMatchObject({ origin: 'http://h:1', userInfo: 'me:p@ss' });
});

test.each(['h:1', 'ftp://h', 'not a url', ''])('%j is no address', (url) => {
  expect(() => openaiTarget(url)).toThrow(/--url: expected an address/);
});

test('a wrong address does not give away its password', () => {
  expect(() => openaiTarget('ftp://me:secret@h')).toThrow(/^(?!.*secret)/);
});

test('a path and an endpoint that contradict each other are refused', () => {
  expect(() => openaiTarget('http://h/v1/chat/completions', 'completions')).toThrow(/asks for chat/);
});

test('completions take the prompt, chat takes a message', () => {
  expect(bodyOf({})).toEqual({
    path: '/v1/completions',
    model: 'm',
    prompt: spec.prompt,
    max_tokens: 5,
    ignore_eos: true,
  });
  expect(bodyOf({ endpoint: 'chat', ignore_eos: false, temperature: 0.5 })).toEqual({
    path: '/v1/chat/completions',
    model: 'm',
    messages: [{ role: 'user', content: spec.prompt }],
    max_tokens: 5,
    temperature: 0.5,
  });
});

test('a stream is asked for with its usage', () => {
  expect(bodyOf({ streaming: true })).toMatchObject({ stream: true, stream_options: { include_usage: true } });
});
