import { expect, test } from 'vitest';
import type { RequestCompleted } from '../../src/events/events.ts';
import { requestFigures } from '../../src/metrics/requestFigures.ts';

const request: RequestCompleted = {
  type: 'request.completed',
  worker: 1,
  atMs: 1260,
  level: 0,
  client: 0,
  request: 0,
  warmup: false,
  scheduledAtMs: 990,
  sentAtMs: 1000,
  firstTokenAtMs: 1050,
  lastTokenAtMs: 1250,
  closedAtMs: 1260,
  chunks: 11,
  streamed: true,
  promptTokens: 10,
  outputTokens: 11,
  firstChunkTokens: 1,
  tokenSource: 'usage',
};
const { firstChunkTokens: _, ...unknownFirst } = request;

test.each<[string, RequestCompleted, object]>([
  ['streamed', request, { queueMs: 10, ttftMs: 50, e2eMs: 250, tpotMs: 20 }],
  ['of several tokens a chunk', { ...request, outputTokens: 43, firstChunkTokens: 3 }, { tpotMs: 5 }],
  ['with unknown first chunk', { ...unknownFirst, outputTokens: 22 }, { tpotMs: 10 }],
  ['of one token', { ...request, outputTokens: 1, chunks: 1 }, { ttftMs: 50, tpotMs: undefined }],
  ['not streamed', { ...request, streamed: false, chunks: 0 }, { ttftMs: undefined, e2eMs: 260, tpotMs: undefined }],
])('figures of an answer %s follow from its stamps', (_title, completed, expected) => {
  expect(requestFigures(completed)).toMatchObject(expected);
});
