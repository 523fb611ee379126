import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnthropicGrammar } from '../../src/clients/anthropic.ts';
import type { AnswerRecord, ResponseReader } from '../../src/clients/client.ts';
import { LlamacppGrammar } from '../../src/clients/llamacpp.ts';
import { MessagesReader } from '../../src/clients/messagesReader.ts';
import { OllamaGrammar } from '../../src/clients/ollama.ts';
import { SglangGrammar } from '../../src/clients/sglang.ts';
import { TgiGrammar } from '../../src/clients/tgi.ts';
import { TritonGrammar } from '../../src/clients/triton.ts';
import { events, readAnswer } from './answers.ts';

const prompt = 'Once upon';
type MakeReader = (answer: AnswerRecord) => ResponseReader<Uint8Array>;

const readers = {
  anthropic: (answer) => new MessagesReader(answer, new AnthropicGrammar()),
  llamacpp: (answer) => new MessagesReader(answer, new LlamacppGrammar()),
  ollama: (answer) => new MessagesReader(answer, new OllamaGrammar(), 'lines'),
  ollamaWhole: (answer) => new MessagesReader(answer, new OllamaGrammar()),
  sglang: (answer) => new MessagesReader(answer, new SglangGrammar(prompt)),
  tgi: (answer) => new MessagesReader(answer, new TgiGrammar(prompt)),
  triton: (answer) => new MessagesReader(answer, new TritonGrammar(prompt)),
} as const satisfies Record<string, MakeReader>;

function lines(...messages: object[]): Uint8Array[] {
  return messages.map((message) => Buffer.from(`${JSON.stringify(message)}\n`));
}

function whole(body: object): Uint8Array[] {
  return [Buffer.from(JSON.stringify(body))];
}

test('llama.cpp: a message that stands for two tokens counts two, whatever its list of tokens says', () => {
  const answer = readAnswer(
    events(
      { content: '🙂', tokens: [38887], stop: false, tokens_predicted: 2 },
      { content: '', tokens: [], stop: false, tokens_predicted: 3 },
      { content: '', tokens: [], stop: true, tokens_predicted: 3, tokens_evaluated: 8, stop_type: 'limit', prompt },
    ),
    readers.llamacpp,
  );
  expect(answer).toMatchObject({ text: '🙂', outputTokens: 3, source: 'usage', promptTokens: 8, finish: 'length' });
  expect(answer.outputs).toEqual([
    { atMs: 1, text: '🙂', tokens: 2 },
    { atMs: 2, text: '', tokens: 1 },
  ]);
});

test('TGI: a special token is counted and is no text', () => {
  const details = { finish_reason: 'eos_token', generated_tokens: 2, input_length: 7 };
  const answer = readAnswer(
    events(
      { token: { id: 264, text: ' a', special: false }, generated_text: null, details: null },
      { token: { id: 2, text: '</s>', special: true }, generated_text: `${prompt} a`, details },
    ),
    readers.tgi,
  );
  expect(answer).toMatchObject({ text: ' a', outputTokens: 2, source: 'usage', promptTokens: 7, finish: 'stop' });
});

test('TGI: without details each message is a token, and no usage is made up', () => {
  const token = (text: string) => ({ token: { text, special: false }, generated_text: null });
  const answer = readAnswer(events(token(' a'), { ...token(' b'), generated_text: ' a b' }), readers.tgi);
  expect(answer.outputs.map(({ tokens }) => tokens)).toEqual([1, 1]);
  expect(answer).not.toHaveProperty('outputTokens');
});

const sglang = (text: string, ids: number | undefined, tokens: number | undefined, more: object = {}) => ({
  text,
  ...(ids === undefined ? {} : { output_ids: Array.from({ length: ids }, (_, id) => id) }),
  meta_info: { ...(tokens === undefined ? {} : { completion_tokens: tokens }), finish_reason: null, ...more },
});
const sglangEnd = { finish_reason: { type: 'stop', matched: 2 }, prompt_tokens: 5 };

test.each([
  ['cumulative', [sglang('a', 1, 1), sglang('aa', 2, 2), sglang('aab', 3, 3, sglangEnd)]],
  ['new only', [sglang('a', 1, 1), sglang('a', 1, 2), sglang('b', 1, 3, sglangEnd)]],
  [
    'cumulative without ids',
    [sglang('a', undefined, 1), sglang('aa', undefined, 2), sglang('aab', undefined, 3, sglangEnd)],
  ],
  [
    'cumulative after the prompt',
    [`${prompt}a`, `${prompt}aa`, `${prompt}aab`].map((text, at) =>
      sglang(text, at + 1, at + 1, at < 2 ? {} : sglangEnd),
    ),
  ],
])('SGLang: a text that is %s is read into what is new', (_, messages) => {
  const answer = readAnswer(events(...messages, '[DONE]'), readers.sglang);
  expect(answer.outputs.map(({ text }) => text)).toEqual(['a', 'a', 'b']);
  expect(answer).toMatchObject({ outputTokens: 3, source: 'usage', promptTokens: 5, finish: 'stop' });
});

test('SGLang: a string that ended the text is told from a token that did; an aborted request is a failure', () => {
  const ending = (finish_reason: object) => readAnswer(events(sglang('a', 1, 1, { finish_reason })), readers.sglang);
  expect(ending({ type: 'stop', matched: '\n\n' }).finish).toBe('stop_string');
  expect(ending({ type: 'abort', message: 'out of memory' }).failure).toMatchObject({
    kind: 'stream',
    reason: 'errorEvent',
    message: 'out of memory',
  });
});

test('Triton: the prompt before the first text is no output, and no number of tokens is made up', () => {
  const answer = readAnswer(
    events({ text_output: prompt }, { text_output: ' a' }, { text_output: '' }, { text_output: 'é' }),
    readers.triton,
  );
  expect(answer.outputs).toEqual([
    { atMs: 2, text: ' a' },
    { atMs: 3, text: '' },
    { atMs: 4, text: 'é' },
  ]);
  expect(answer).not.toHaveProperty('outputTokens');
  expect(readAnswer(whole({ text_output: `${prompt} a` }), readers.triton).text).toBe(' a');
});

test('Ollama: counts come from the last line alone, and where it has none none is made up', () => {
  const last = { response: '', done: true, done_reason: 'length' };
  const counted = readAnswer(
    lines({ response: 'a', done: false }, { ...last, eval_count: 3, prompt_eval_count: 6 }),
    readers.ollama,
  );
  expect(counted).toMatchObject({ text: 'a', outputTokens: 3, source: 'usage', promptTokens: 6, finish: 'length' });
  expect(readAnswer(lines({ response: 'a', done: false }, last), readers.ollama)).not.toHaveProperty('outputTokens');
});

test('Ollama: tokens without any text count, stamped at the end', () => {
  const answer = readAnswer(lines({ response: '', done: false }, { done: true, eval_count: 5 }), readers.ollama);
  expect(answer.outputs).toEqual([{ atMs: 2, text: '', tokens: 5 }]);
});

test('Anthropic: the count of the first event is a placeholder, and cached tokens of the prompt are counted too', () => {
  const usage = { input_tokens: 7, cache_read_input_tokens: 24, cache_creation_input_tokens: null, output_tokens: 1 };
  const start = { type: 'message_start', message: { usage } };
  const delta = (part: object) => ({ type: 'content_block_delta', index: 0, delta: part });
  const answer = readAnswer(
    events(
      start,
      { type: 'ping' },
      delta({ type: 'thinking_delta', thinking: 'Hm.' }),
      delta({ type: 'signature_delta', signature: 'x' }),
      delta({ type: 'text_delta', text: 'Hi' }),
      { type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 6 } },
      { type: 'message_stop' },
    ),
    readers.anthropic,
  );
  expect(answer).toMatchObject({ text: 'Hm.Hi', outputTokens: 6, promptTokens: 31, finish: 'length' });
  expect(answer.outputs.map(({ atMs }) => atMs)).toEqual([3, 5]);
  const uncounted = readAnswer(
    events(start, delta({ text: 'a' }), { type: 'message_delta', delta: {} }, { type: 'message_stop' }),
    readers.anthropic,
  );
  expect(uncounted).not.toHaveProperty('outputTokens');
});

test.each([
  ['anthropic', { content: [{ type: 'text', text: 'a' }], stop_reason: 'stop_sequence', usage: { output_tokens: 1 } }],
  ['llamacpp', { content: 'a', stop: true, stop_type: 'word', tokens_predicted: 1 }],
  ['ollamaWhole', { response: 'a', done: true, done_reason: 'stop_sequence', eval_count: 1 }],
  ['sglang', sglang(`${prompt}a`, 1, 1, { finish_reason: { type: 'stop', matched: '.' } })],
  ['tgi', { generated_text: `${prompt}a`, details: { finish_reason: 'stop_sequence', generated_tokens: 1 } }],
] as const)('%s: a whole answer has its text, its count and why it ended', (name, body) => {
  const answer = readAnswer(whole(body), readers[name]);
  expect(answer).toMatchObject({ text: 'a', outputTokens: 1, source: 'usage', finish: 'stop_string', outputs: [] });
});

const begun: Readonly<Record<string, Uint8Array[]>> = {
  anthropic: events({ type: 'content_block_delta', delta: { text: 'a' } }),
  llamacpp: events({ content: 'a', stop: false }),
  ollama: lines({ response: 'a', done: false }),
  sglang: events(sglang('a', 1, 1)),
  tgi: events({ token: { text: 'a' }, generated_text: null }),
};

test.each(Object.entries(begun))('%s: a stream without its end is truncated, and none is empty', (name, pieces) => {
  const make = readers[name as keyof typeof readers];
  expect(readAnswer(pieces, make).failure).toMatchObject({ kind: 'stream', reason: 'truncated' });
  expect(readAnswer([], make).failure).toMatchObject({ kind: 'stream', reason: 'emptyBody' });
});

test.each([
  ['tgi', events({ error: 'Model is overloaded', error_type: 'overloaded' }), 'throttled'],
  ['anthropic', events({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }), 'throttled'],
  ['ollama', lines({ response: 'a', done: false }, { error: 'unexpected EOF' }), 'errorEvent'],
  ['sglang', events({ error: { message: 'The request queue is full.', code: 503 } }, '[DONE]'), 'throttled'],
  ['sglang', events(sglang('', 0, 0, { finish_reason: { type: 'abort', status_code: 503 } })), 'throttled'],
  ['sglang', events({ error: { message: 'out of memory', code: 500 } }, '[DONE]'), 'errorEvent'],
  ['llamacpp', events({ error: { code: 500, message: 'no', type: 'server_error' } }), 'errorEvent'],
  ['triton', events({ text_output: 'a' }, { error: 'unable to run' }), 'errorEvent'],
] as const)('%s: an error inside a stream is a failure', (name, pieces, reason) => {
  expect(readAnswer(pieces, readers[name]).failure).toMatchObject({ kind: 'stream', reason });
});

test.each(['llamacpp', 'sglang', 'tgi', 'triton', 'ollamaWhole', 'anthropic'] as const)(
  '%s: a body that is no answer of the protocol never becomes one with tokens',
  (name) => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
        const answer = readAnswer(whole(body), readers[name]);
        expect(answer.outputTokens ?? 0).toBe(0);
        expect(answer.outputs).toEqual([]);
      }),
      { numRuns: 50 },
    );
  },
);
