import { expect, test } from 'vitest';
import type { RequestCompleted, RequestFailed } from '../../src/events/events.ts';
import { requestFigures } from '../../src/metrics/requestFigures.ts';
import type { TrackedRequest } from '../../src/metrics/trackedRequest.ts';
import { TurnTally } from '../../src/metrics/turnTally.ts';

const ended = {
  worker: 1,
  level: 0,
  client: 0,
  request: 0,
  warmup: false,
  scheduledAtMs: 0,
  sentAtMs: 0,
  chunks: 2,
} as const;

/** A streamed answer whose first token came after `ttftMs`, its last 10 ms later. */
function answer(turn: number | undefined, promptTokens: number, ttftMs: number): TrackedRequest {
  const closedAtMs = ttftMs + 10;
  const outcome: RequestCompleted = {
    ...ended,
    ...{ type: 'request.completed', atMs: closedAtMs, closedAtMs, streamed: true, promptTokens, outputTokens: 2 },
    ...{ tokenSource: 'usage', firstTokenAtMs: ttftMs, lastTokenAtMs: closedAtMs },
  };
  return tracked(turn, outcome, requestFigures(outcome));
}

function tracked(turn: number | undefined, outcome: TrackedRequest['outcome'], figures: TrackedRequest['figures']) {
  const asked = { dueAtMs: 0, sentAtMs: 0, promptTokens: 5, maxNewTokens: 2, closedAtMs: 100 };
  return { ...asked, turn, outcome, figures, timeline: undefined };
}

const failed: RequestFailed = {
  ...ended,
  ...{ type: 'request.failed', atMs: 9, closedAtMs: 9, kind: 'stream', reason: 'truncated' },
};

test('turns have their own counts and lengths, and latencies of those in the steady window', () => {
  const tally = new TurnTally();
  tally.add(answer(1, 10, 5), true);
  tally.add(answer(1, 20, 7), true);
  tally.add(answer(1, 30, 900), false);
  tally.add(answer(2, 44, 11), true);
  tally.add(tracked(2, failed, undefined), true);
  expect(tally.figures()).toMatchObject([
    { turn: 1, sent: 3, completed: 3, promptTokens: 20, ttftMs: { mean: 6, count: 2 }, e2eMs: { mean: 16 } },
    { turn: 2, sent: 2, completed: 1, promptTokens: 44, ttftMs: { mean: 11, count: 1 } },
  ]);
});

test('turns beyond the thirty-second stand together', () => {
  const tally = new TurnTally();
  for (let turn = 1; turn <= 40; turn++) tally.add(answer(turn, turn, 5), true);
  const figures = tally.figures();
  expect(figures).toHaveLength(32);
  expect(figures?.at(-2)).not.toHaveProperty('andLater');
  expect(figures?.at(-1)).toMatchObject({ turn: 32, andLater: true, sent: 9, promptTokens: 36 });
});

test('a turn that only failed has no length, and requests that stand by themselves give no figures', () => {
  const tally = new TurnTally();
  tally.add(answer(undefined, 10, 5), true);
  expect(tally.figures()).toBeUndefined();
  tally.add(tracked(1, failed, undefined), true);
  expect(tally.figures()).toEqual([
    { turn: 1, sent: 1, completed: 0, ttftMs: expect.anything(), e2eMs: { count: 0, undefinedCount: 0 } },
  ]);
});
