import { expect, test } from 'vitest';
import type { RequestCompleted } from '../../src/events/events.ts';
import { cameAtOnce } from '../../src/metrics/cameAtOnce.ts';

const completed: RequestCompleted = {
  type: 'request.completed',
  worker: 1,
  atMs: 200,
  level: 0,
  client: 0,
  request: 0,
  warmup: false,
  scheduledAtMs: 0,
  sentAtMs: 0,
  firstTokenAtMs: 100,
  lastTokenAtMs: 100.2,
  closedAtMs: 200,
  chunks: 60,
  streamed: true,
  promptTokens: 8,
  outputTokens: 60,
  tokenSource: 'usage',
};

test.each<[string, Partial<RequestCompleted>, boolean]>([
  ['sixty tokens in 0.2 ms came at once', {}, true],
  ['sixty tokens in one chunk came at once', { chunks: 1, lastTokenAtMs: 100 }, true],
  ['sixty tokens in 60 ms were streamed', { lastTokenAtMs: 160 }, false],
  ['a fast server of 5000 tokens/s streams', { lastTokenAtMs: 112 }, false],
  ['a few tokens may come in one piece', { outputTokens: 4, chunks: 1 }, false],
  ['an answer that is no stream cannot be held back', { streamed: false }, false],
])('%s', (_, facts, expected) => {
  expect(cameAtOnce({ ...completed, ...facts })).toBe(expected);
});
