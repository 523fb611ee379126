import { expect, test } from 'vitest';
import type { RequestCompleted, TokenSource } from '../../src/events/events.ts';
import { OutcomeTally } from '../../src/metrics/outcomeTally.ts';
import { requestFigures } from '../../src/metrics/requestFigures.ts';
import type { TrackedRequest } from '../../src/metrics/trackedRequest.ts';

function answered(outputTokens: number, tokenSource: TokenSource): TrackedRequest {
  const outcome: RequestCompleted = {
    type: 'request.completed',
    worker: 1,
    atMs: 20,
    level: 0,
    client: 0,
    request: 0,
    warmup: false,
    scheduledAtMs: 0,
    sentAtMs: 0,
    closedAtMs: 20,
    chunks: 1,
    streamed: false,
    promptTokens: 8,
    outputTokens,
    tokenSource,
  };
  return { maxNewTokens: 10, outcome, figures: requestFigures(outcome) } as TrackedRequest;
}

test.each([
  ['of the length that was asked for', [[10, 'usage']], undefined],
  [
    'longer and shorter by the count of the server',
    [
      [9, 'usage'],
      [11, 'tokenIds'],
      [10, 'usage'],
    ],
    2,
  ],
  [
    'by our tokenizer, which may be off by a token',
    [
      [9, 'tokenizer'],
      [8, 'chunks'],
    ],
    undefined,
  ],
] as const)('answers %s count as such', (_what, answers, otherLength) => {
  const tally = new OutcomeTally(answers.length);
  for (const [tokens, source] of answers) tally.add(answered(tokens, source));
  expect(tally.requests().otherLength).toBe(otherLength);
});
