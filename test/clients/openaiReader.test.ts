import { expect, test } from 'vitest';
import { events, readAnswer } from './answers.ts';

test('a role without content is an event but no token', () => {
  const answer = readAnswer(
    events(
      { choices: [{ delta: { role: 'assistant', content: '' } }] },
      { choices: [{ delta: { content: 'Hi' } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      '[DONE]',
    ),
  );
  expect(answer).toMatchObject({ text: 'Hi', firstEventAtMs: 1, finish: 'stop', outputs: [{ atMs: 2, text: 'Hi' }] });
});

test('an empty text without a finish reason is a token whose characters are held back', () => {
  const answer = readAnswer(
    events({ choices: [{ text: '' }] }, { choices: [{ text: 'é', finish_reason: 'length' }] }, '[DONE]'),
  );
  expect(answer.outputs.map(({ atMs }) => atMs)).toEqual([1, 2]);
});

test('tokens without any text count by usage, stamped at the first choice', () => {
  const answer = readAnswer(
    events(
      { choices: [{ text: '', finish_reason: 'stop' }] },
      { choices: [], usage: { completion_tokens: 1 } },
      '[DONE]',
    ),
  );
  expect(answer).toMatchObject({ outputTokens: 1, source: 'usage', outputs: [{ atMs: 1, tokens: 1 }] });
});

test('reasoning text and tool calls are output', () => {
  const answer = readAnswer(
    events(
      { choices: [{ delta: { reasoning_content: 'Hm.' } }] },
      { choices: [{ delta: { tool_calls: [{ index: 0 }] }, finish_reason: 'tool_calls' }] },
      '[DONE]',
    ),
  );
  expect(answer).toMatchObject({ text: 'Hm.', outputs: [{ atMs: 1 }, { atMs: 2 }] });
});

test.each([
  [
    'an error object inside a stream',
    events({ choices: [{ text: 'a' }] }, { error: { message: 'out of memory' } }),
    'stream',
    'errorEvent',
  ],
  ['an error text inside a stream', events({ error: 'overloaded' }), 'stream', 'errorEvent'],
  ['an overload inside a stream', events({ error: { message: 'busy', http_status_code: 429 } }), 'stream', 'throttled'],
  ['garbage instead of JSON', events('{"choices":'), 'protocol', 'notJson'],
  ['a stream without its end', events({ choices: [{ text: 'a' }] }), 'stream', 'truncated'],
  ['an empty body', [], 'stream', 'emptyBody'],
  ['an error in a whole body', [Buffer.from('{"error":{"message":"no"}}')], 'stream', 'errorEvent'],
  ['a whole body without choices', [Buffer.from('{"id":1}')], 'protocol', 'noChoices'],
  ['an HTML page in place of a stream', [Buffer.from('\n<!DOCTYPE html><html></html>')], 'protocol', 'notJson'],
  ['half a body', [Buffer.from('{"choices":[')], 'protocol', 'notJson'],
])('%s is a failure', (_, pieces, kind, reason) => {
  expect(readAnswer(pieces).failure).toMatchObject({ kind, reason });
});
