import { expect, test } from 'vitest';
import { EmbeddingsReader } from '../../src/clients/embeddingsReader.ts';
import { readAnswer } from './answers.ts';

const read = (body: string) => readAnswer([Buffer.from(body)], (answer) => new EmbeddingsReader(answer));

test.each(['"AACAPw=="', '[1]'])('a vector written as %s is a whole answer without output tokens', (embedding) => {
  const answer = read(`{"data":[{"embedding":${embedding}}],"usage":{"prompt_tokens":8,"total_tokens":8}}`);
  expect(answer).toMatchObject({ outputTokens: 0, promptTokens: 8, source: 'usage', finish: 'vector' });
  expect(answer.failure).toBeUndefined();
});

test.each([
  ['', 'emptyBody'],
  ['{"data":[]}', 'noVector'],
  ['{"data":[{"embedding":""}]}', 'noVector'],
  ['{"error":{"message":"no"}}', 'errorEvent'],
  ['data: {}', 'notJson'],
])('the body %j is a failure', (body, reason) => {
  expect(read(body).failure).toMatchObject({ reason });
});
