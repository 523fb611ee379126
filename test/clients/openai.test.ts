import { expect, test } from 'vitest';
import { OpenaiClient, type OpenaiSettings } from '../../src/clients/openai.ts';
import type { ServerFlavour } from '../../src/clients/serverFacts.ts';
import { createRunClock } from '../../src/core/clock.ts';

const settings: OpenaiSettings = {
  url: 'http://127.0.0.1:1',
  endpoint: undefined,
  api_key_env: 'DEEPSPEEDOMETER_TEST_KEY',
  organization_env: 'DEEPSPEEDOMETER_TEST_ORGANIZATION',
  project_env: 'DEEPSPEEDOMETER_TEST_PROJECT',
  header: [],
  max_tokens_field: undefined,
  extra_body: undefined,
  temperature: undefined,
  ignore_eos: true,
  insecure: false,
  model: 'm',
  streaming: false,
};
const spec = { request: 0, prompt: 'Say "hi"', promptTokens: 3, maxNewTokens: 5 };

function bodyOf(overrides: Partial<OpenaiSettings>) {
  const client = new OpenaiClient({ ...settings, ...overrides }, createRunClock(0));
  const { path, body } = client.prepareRequest(spec);
  return { path, ...(JSON.parse(body.toString()) as Record<string, unknown>) };
}

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

test('responses take an input, and are not stored', () => {
  expect(bodyOf({ endpoint: 'responses', streaming: true, ignore_eos: false })).toEqual({
    path: '/v1/responses',
    model: 'm',
    input: spec.prompt,
    max_output_tokens: 5,
    store: false,
    stream: true,
  });
});

test('embeddings are asked for in base64, without a length', () => {
  expect(bodyOf({ endpoint: 'embeddings', streaming: true, temperature: 1 })).toEqual({
    path: '/v1/embeddings',
    model: 'm',
    input: spec.prompt,
    encoding_format: 'base64',
  });
});

const of = (flavour: ServerFlavour) => ({ facts: { flavour, models: [], hasMetrics: false } });

test.each([
  ['vllm', { ignore_eos: true, min_tokens: 5 }],
  ['llamacpp', { ignore_eos: true }],
  ['tgi', {}],
  ['openai', {}],
  ['unknown', { ignore_eos: true }],
] as const)('of a server of the kind %s an exact length is asked as far as it is understood', (flavour, fields) => {
  const { path: _, model: _m, prompt: _p, max_tokens: _t, ...rest } = bodyOf(of(flavour)) as Record<string, unknown>;
  expect(rest).toEqual(fields);
});

test('chat with OpenAI names the length as its newer models want it, or as the option says', () => {
  expect(bodyOf({ endpoint: 'chat', ...of('openai') })).toMatchObject({ max_completion_tokens: 5 });
  expect(bodyOf({ endpoint: 'chat', ...of('vllm') })).toMatchObject({ max_tokens: 5 });
  expect(bodyOf({ endpoint: 'chat', max_tokens_field: 'max_completion_tokens' })).toMatchObject({
    max_completion_tokens: 5,
  });
});

test('further members go into every body, and outrank ours where they may', () => {
  expect(bodyOf({ extra_body: '{"top_p":0.9,"ignore_eos":false}' })).toMatchObject({ top_p: 0.9, ignore_eos: false });
});

test.each([
  ['{"stream":true}', /"stream" cannot be set here/],
  ['{"prompt":"x"}', /"prompt" cannot be set here/],
  ['{"max_tokens":1}', /"max_tokens" cannot be set here/],
  ['[1]', /expected a JSON object/],
  ['top_p: 1', /expected a JSON object/],
])('the further members %s are refused', (extra_body, words) => {
  expect(() => bodyOf({ extra_body })).toThrow(words);
});
