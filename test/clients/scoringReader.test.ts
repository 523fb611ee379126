import { expect, test } from 'vitest';
import { ScoringReader } from '../../src/clients/scoringReader.ts';
import { readAnswer } from './answers.ts';

const prompt = 'Once upon';
const read = (body: string) => readAnswer([Buffer.from(body)], (answer) => new ScoringReader(prompt, answer));

test.each([
  ['[{"0":" a time"}]'],
  ['[{"0":"Once upon a time"}]'],
  ['[" a time"]'],
  ['" a time"'],
  ['{"0":" a time"}'],
  ['{"output":" a time"}'],
  ['{"output":["Once upon a time"]}'],
])('the text of %s is read, without the prompt, and no number of tokens is made up', (body) => {
  const answer = read(body);
  expect(answer).toMatchObject({ text: ' a time', raw: body, outputs: [] });
  expect(answer).not.toHaveProperty('failure');
  expect(answer).not.toHaveProperty('outputTokens');
});

test('usage and the reason of the end are read where there are any', () => {
  const usage = { prompt_tokens: 2, completion_tokens: 5 };
  expect(read(JSON.stringify({ output: ['a'], finish_reason: 'eos_token', usage }))).toMatchObject({
    outputTokens: 5,
    promptTokens: 2,
    finish: 'stop',
  });
});

test.each([
  ['{}', 'stream', 'errorEvent'],
  ['[]', 'stream', 'errorEvent'],
  ['{"output":null,"error":{"status_code":500,"body":"no"}}', 'stream', 'errorEvent'],
  ['{"output":null}', 'protocol', 'noText'],
  ['[{"0":', 'protocol', 'notJson'],
  ['<html>', 'protocol', 'notJson'],
  ['', 'stream', 'emptyBody'],
])('%s is a failure', (body, kind, reason) => {
  expect(read(body).failure).toMatchObject({ kind, reason });
});

test('an empty text is an answer without tokens, which nothing fills up', () => {
  expect(read('[{"0":""}]')).toMatchObject({ text: '', outputs: [] });
});
