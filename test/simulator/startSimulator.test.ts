import { createParser } from 'eventsource-parser';
import { Agent, request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { SpeedometerError } from '../../src/core/errors.ts';
import type { SimulatorOptions } from '../../src/simulator/simulatorOptions.ts';
import { startSimulator } from '../../src/simulator/startSimulator.ts';
import { instantly, parameters } from './parameters.ts';

async function started(given: Partial<SimulatorOptions> = instantly): Promise<string> {
  const simulator = await startSimulator(parameters(given), { host: '127.0.0.1', port: 0 });
  onTestFinished(() => simulator.close());
  return simulator.url;
}

interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: string | object;
}

async function ask(url: string, { body, method = body === undefined ? 'GET' : 'POST' }: Asked = {}) {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const answer = await request(url, { method, dispatcher: new Agent({ keepAliveTimeout: 1 }), ...sent });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

async function events(url: string, body: object): Promise<readonly string[]> {
  const { text } = await ask(url, { body });
  const found: string[] = [];
  createParser({ onEvent: ({ data }) => found.push(data) }).feed(text);
  return found;
}

const identity = { created: expect.any(Number) as number, model: 'm' };

test('a completion has exactly the asked length and counts its prompt', async () => {
  const url = await started();
  const { status, headers, text } = await ask(`${url}/v1/completions`, {
    body: { model: 'm', prompt: 'Once upon a time', max_tokens: 3, min_tokens: 1, ignore_eos: true, temperature: 0 },
  });
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/json');
  expect(JSON.parse(text)).toEqual({
    id: 'cmpl-0000000000000000',
    object: 'text_completion',
    ...identity,
    choices: [
      {
        index: 0,
        text: expect.stringMatching(/^( [a-z]+){3}$/),
        logprobs: null,
        finish_reason: 'length',
        stop_reason: null,
      },
    ],
    usage: { prompt_tokens: 4, completion_tokens: 3, total_tokens: 7 },
  });
});

test('a streamed completion is one event a token, then usage, then [DONE]', async () => {
  const url = await started();
  const body = { model: 'm', prompt: [1, 2, 3], max_tokens: 2, stream: true, stream_options: { include_usage: true } };
  const found = await events(`${url}/v1/completions`, body);
  const frame = { id: 'cmpl-0000000000000000', object: 'text_completion', ...identity };
  const word = expect.stringMatching(/^ [a-z]+$/);
  expect(found.slice(0, -1).map((data) => JSON.parse(data) as unknown)).toEqual([
    { ...frame, choices: [{ index: 0, text: word, logprobs: null, finish_reason: null }] },
    { ...frame, choices: [{ index: 0, text: word, logprobs: null, finish_reason: 'length', stop_reason: null }] },
    { ...frame, choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } },
  ]);
  expect(found.at(-1)).toBe('[DONE]');
});

test('a streamed chat begins with its role, and has no usage unless asked', async () => {
  const url = await started();
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'Hello there' }] },
  ];
  const body = { model: 'm', messages, max_completion_tokens: 2, stream: true };
  const found = await events(`${url}/v1/chat/completions`, body);
  const frame = { id: 'chatcmpl-0000000000000000', object: 'chat.completion.chunk', ...identity };
  const word = { content: expect.stringMatching(/^ [a-z]+$/) as string };
  expect(found.slice(0, -1).map((data) => JSON.parse(data) as unknown)).toEqual([
    {
      ...frame,
      choices: [{ index: 0, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null }],
    },
    { ...frame, choices: [{ index: 0, delta: word, logprobs: null, finish_reason: null }] },
    { ...frame, choices: [{ index: 0, delta: word, logprobs: null, finish_reason: 'length', stop_reason: null }] },
  ]);
  expect(found.at(-1)).toBe('[DONE]');
});

test('a chat that is not streamed has a message and counts all messages', async () => {
  const url = await started();
  const messages = [{ role: 'user', content: 'Hello there' }];
  const { text } = await ask(`${url}/v1/chat/completions`, { body: { model: 'm', messages } });
  expect(JSON.parse(text)).toMatchObject({
    object: 'chat.completion',
    choices: [{ message: { role: 'assistant', content: expect.stringMatching(/^( [a-z]+){16}$/) as string } }],
    usage: { prompt_tokens: 2, completion_tokens: 16, total_tokens: 18 },
  });
});

const prompt = 'x';
test.each([
  ['text that is no JSON', '{"prompt', 400, 'not valid JSON'],
  ['a list', '[]', 400, 'JSON object'],
  ['no prompt', {}, 400, 'parameter=prompt'],
  ['an empty prompt', { prompt: '' }, 400, 'parameter=prompt'],
  ['no token ids', { prompt: [] }, 400, 'parameter=prompt'],
  ['several prompts', { prompt: ['a', 'b'] }, 400, 'parameter=prompt'],
  ['several answers', { prompt, n: 2 }, 400, 'parameter=n'],
  ['no answer', { prompt, max_tokens: 0 }, 400, 'parameter=max_tokens'],
  ['usage without a stream', { prompt, stream_options: {} }, 400, 'parameter=stream_options'],
  ['more than the KV cache holds', { prompt, max_tokens: 65536, stream: true }, 400, 'maximum context length is 65536'],
])('a body with %s is refused as vLLM refuses it', async (_what, body, code, words) => {
  const url = await started();
  const { status, text } = await ask(`${url}/v1/completions`, { body });
  expect(status).toBe(code);
  const { error } = JSON.parse(text) as { error: { message: string } };
  expect(error).toMatchObject({ type: 'BadRequestError', code });
  expect(error.message).toContain(words);
});

test('another model than the served one is not found, and models lists the served one', async () => {
  const url = await started({ ...instantly, served_model_name: 'tiny' });
  const { status, text } = await ask(`${url}/v1/completions`, { body: { model: 'nope', prompt: 'x' } });
  expect(status).toBe(404);
  expect(JSON.parse(text)).toEqual({
    error: {
      message: 'The model `nope` does not exist. Valid aliases: tiny.',
      type: 'NotFoundError',
      param: 'model',
      code: 404,
    },
  });
  const models = JSON.parse((await ask(`${url}/v1/models`)).text) as unknown;
  expect(models).toMatchObject({ object: 'list', data: [{ id: 'tiny', max_model_len: 65536 }] });
});

test.each([
  ['/health', {}, 200, ''],
  ['/generate', {}, 404, '{"detail":"Not Found"}'],
  ['/toString', {}, 404, '{"detail":"Not Found"}'],
  ['/v1/completions', {}, 405, '{"detail":"Method Not Allowed"}'],
  ['/health?probe=1', { method: 'DELETE' } as const, 405, '{"detail":"Method Not Allowed"}'],
])('%s asked with %j answers %i', async (path, asked, code, body) => {
  const { status, text } = await ask((await started()) + path, asked);
  expect([status, text]).toEqual([code, body]);
});

test('metrics are in the text format of Prometheus, each bucket at least as large as the one before', async () => {
  const url = await started();
  await ask(`${url}/v1/completions`, { body: { prompt: [1, 2], max_tokens: 5 } });
  const { headers, text } = await ask(`${url}/metrics`);
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const line = /^(?:# (?:HELP|TYPE) vllm:\w+ .+|(vllm:\w+)\{((?:\w+="[^"]*",?)+)\} (\S+))$/;
  const samples = text
    .trimEnd()
    .split('\n')
    .map((row) => line.exec(row) ?? expect.fail(`no metric: ${row}`))
    .filter(([, name]) => name !== undefined);
  const value = (name: string) =>
    samples.filter((sample) => sample[1] === `vllm:${name}`).map((sample) => Number(sample[3]));
  expect(value('num_requests_running')).toEqual([0]);
  expect(value('num_requests_waiting')).toEqual([0]);
  expect(value('kv_cache_usage_perc')).toEqual([0]);
  expect(value('prompt_tokens_total')).toEqual([2]);
  expect(value('generation_tokens_total')).toEqual([5]);
  expect(value('request_success_total')).toEqual([1]);
  expect(value('time_to_first_token_seconds_count')).toEqual([1]);
  const buckets = value('inter_token_latency_seconds_bucket');
  expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
  expect(buckets.at(-1)).toBe(4);
});

test('a client that disconnects frees its slot at once', async () => {
  const url = await started({ ...instantly, max_num_seqs: 1, step_base_ms: 1, kv_cache_tokens: 2e6 });
  const body = JSON.stringify({ prompt: 'x', max_tokens: 1e6, stream: true });
  const endless = await request(`${url}/v1/completions`, { method: 'POST', body, dispatcher: new Agent() });
  for await (const _piece of endless.body) break; // leaving the loop destroys the connection
  const { status } = await ask(`${url}/v1/completions`, { body: { prompt: 'x', max_tokens: 1 } });
  expect(status).toBe(200);
  expect((await ask(`${url}/metrics`)).text).toMatch(/^vllm:num_requests_running\{.*\} 0$/m);
});

test('a taken port is an error that tells the way out', async () => {
  const url = await started();
  const again = startSimulator(parameters(), { host: '127.0.0.1', port: Number(new URL(url).port) });
  await expect(again).rejects.toThrow(SpeedometerError);
  await expect(again).rejects.toMatchObject({
    code: 'serverUnreachable',
    message: expect.stringContaining('the port is taken') as string,
    hint: expect.stringContaining('--port') as string,
  });
});

test('closing cuts streams that are under way', async () => {
  const simulator = await startSimulator(parameters({ step_base_ms: 1 }), { host: '127.0.0.1', port: 0 });
  const body = JSON.stringify({ prompt: 'x', max_tokens: 60_000, stream: true });
  const answer = await request(`${simulator.url}/v1/completions`, { method: 'POST', body, dispatcher: new Agent() });
  await simulator.close();
  await expect(answer.body.text()).rejects.toThrow();
});
