import { expect, test } from 'vitest';
import { ResponsesReader } from '../../src/clients/responsesReader.ts';
import { events, readAnswer } from './answers.ts';

const read = (...pieces: Uint8Array[]) => readAnswer(pieces, (answer) => new ResponsesReader(answer));
const delta = (text: string, type = 'output_text') => ({ type: `response.${type}.delta`, delta: text });
const completed = { type: 'response.completed', response: { status: 'completed', usage: { output_tokens: 3 } } };

test('text, reasoning, refusals and calls are output, the events around them are not', () => {
  const answer = read(
    ...events(
      { type: 'response.created', response: { status: 'in_progress' } },
      delta('Hm. ', 'reasoning_text'),
      delta('Hi'),
      delta('{}', 'function_call_arguments'),
      { type: 'response.output_text.done', text: 'Hi' },
      completed,
    ),
  );
  expect(answer).toMatchObject({ text: 'Hm. Hi{}', firstEventAtMs: 1, outputTokens: 3, source: 'usage' });
  expect(answer.outputs.map(({ atMs }) => atMs)).toEqual([2, 3, 4]);
});

test('an answer that met its limit says so', () => {
  const response = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  const answer = read(...events(delta('Hi'), { type: 'response.incomplete', response }));
  expect(answer.finish).toBe('max_output_tokens');
  expect(answer.failure).toBeUndefined();
});

test('tokens that are never shown count by usage, stamped at the end', () => {
  const answer = read(...events({ type: 'response.created' }, completed));
  expect(answer).toMatchObject({ outputTokens: 3, outputs: [{ atMs: 2, text: '', tokens: 3 }] });
});

test('a whole body is read, and failures in it are failures', () => {
  const output = [{ type: 'message', content: [{ type: 'output_text', text: 'Hi' }] }];
  const body = { status: 'completed', error: null, output, usage: { input_tokens: 4, output_tokens: 1 } };
  expect(read(Buffer.from(JSON.stringify(body)))).toMatchObject({ text: 'Hi', outputTokens: 1, promptTokens: 4 });
});

test.each([
  ['a lost event', events({ ...delta('a'), sequence_number: 4 }, { ...delta('c'), sequence_number: 6 }), 'gap'],
  ['a stream without its end', events(delta('a')), 'truncated'],
  ['an empty body', [], 'emptyBody'],
  ['an error event', events({ type: 'error', code: 'server_error', message: 'died' }), 'errorEvent'],
  [
    'a failed response',
    events({ type: 'response.failed', response: { status: 'failed', error: { message: 'died' } } }),
    'errorEvent',
  ],
  ['a failed body', [Buffer.from('{"status":"failed","output":[]}')], 'errorEvent'],
  ['a body of something else', [Buffer.from('{"choices":[]}')], 'noOutput'],
])('%s is a failure', (_, pieces, reason) => {
  expect(read(...pieces).failure).toMatchObject({ reason });
});
