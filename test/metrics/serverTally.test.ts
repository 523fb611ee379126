import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RequestCompleted, ServerFigures, ServerSampled } from '../../src/events/events.ts';
import { ServerTally } from '../../src/metrics/serverTally.ts';

const everything = { fromMs: 0, toMs: 1e9 };

function sampled(askedAtMs: number, figures: ServerFigures): ServerSampled {
  return { type: 'server.sampled', worker: 0, level: 0, atMs: askedAtMs + 2, askedAtMs, figures };
}

function answer(request: number, sentAtMs: number, ttftMs: number, warmup = false): RequestCompleted {
  const closedAtMs = sentAtMs + ttftMs + 100;
  return {
    type: 'request.completed',
    worker: 1,
    atMs: closedAtMs,
    level: 0,
    client: 0,
    request,
    warmup,
    scheduledAtMs: sentAtMs,
    sentAtMs,
    firstTokenAtMs: sentAtMs + ttftMs,
    lastTokenAtMs: closedAtMs,
    closedAtMs,
    chunks: 10,
    streamed: true,
    promptTokens: 8,
    outputTokens: 10,
    tokenSource: 'usage',
  };
}

/** Samples before the warm-up (0), between that and the level's start (990), in its middle and after its end (5000). */
function tallied(figures: readonly [ServerFigures, ServerFigures, ServerFigures, ServerFigures]): ServerTally {
  const tally = new ServerTally();
  const [before, start, middle, end] = figures;
  tally.add(sampled(0, before));
  tally.add(answer(2, 10, 400, true));
  tally.add(sampled(990, start));
  tally.add({ type: 'level.started', worker: 0, atMs: 1000, level: 0 });
  tally.add(answer(0, 1001, 20));
  tally.add(sampled(2000, middle));
  tally.add(answer(1, 3000, 40));
  tally.add(sampled(5000, end));
  return tally;
}

test('a level without samples has no figures of the server', () => {
  expect(new ServerTally().summary(everything)).toBeUndefined();
});

test('gauges are taken within the steady window, what counts from start to end, requests from before the warm-up', () => {
  const tally = tallied([
    { running: 9, finishedRequests: 100, prefixCacheQueries: 1000, prefixCacheHits: 500, preemptions: 3 },
    { running: 2, finishedRequests: 101, prefixCacheQueries: 1100, prefixCacheHits: 500, preemptions: 3 },
    { running: 4, finishedRequests: 102, prefixCacheQueries: 1200, prefixCacheHits: 510, preemptions: 3 },
    { running: 0, finishedRequests: 103, prefixCacheQueries: 1300, prefixCacheHits: 520, preemptions: 5 },
  ]);
  expect(tally.summary({ fromMs: 1001, toMs: 4000 })).toEqual({
    samples: 1,
    running: { mean: 4, max: 4 },
    preemptions: 2,
    prefixCacheHitRatio: 0.1,
    requests: { server: 3, completed: 3, sent: 3 },
  });
});

test('the time to first token of the server is that of the measured requests, and so is ours beside it', () => {
  const ttft = (count: number, sumMs: number, counts: number[]) => ({
    ttft: { boundsMs: [10, 20, 40], count, sumMs, counts },
  });
  const summary = tallied([
    ttft(5, 5000, [0, 0, 1]),
    ttft(6, 5400, [0, 0, 1]),
    ttft(7, 5418, [0, 1, 2]),
    ttft(8, 5455, [0, 1, 3]),
  ]).summary(everything);
  expect(summary?.ttftMs).toEqual({ mean: 27.5, p50: 20, p99: expect.closeTo(39.6), count: 2 });
  expect(summary?.ourTtftMs).toBe(30);
});

test('a quantile beyond the last bucket is its bound', () => {
  const ttft = (count: number) => ({ ttft: { boundsMs: [10], count, sumMs: count * 50, counts: [0] } });
  const summary = tallied([ttft(0), ttft(0), ttft(1), ttft(2)]).summary(everything);
  expect(summary?.ttftMs).toEqual({ mean: 50, p50: 10, p99: 10, count: 2 });
});

test('a server that began anew has no counts, since they were set back', () => {
  const figures = (finishedRequests: number) => ({ finishedRequests, preemptions: finishedRequests, running: 1 });
  expect(tallied([figures(5), figures(6), figures(0), figures(1)]).summary(everything)).toEqual({
    samples: 4,
    running: { mean: 1, max: 1 },
  });
});

test('a cache that nothing was looked up in has no ratio of hits', () => {
  const none = { prefixCacheQueries: 0, prefixCacheHits: 0 };
  expect(tallied([none, none, none, none]).summary(everything)).toEqual({ samples: 4 });
});

test.each([
  ['before the warm-up, requests are not compared', [990, 2000, 5000], { preemptions: 2 }],
  ['after the end, requests are not compared', [0, 990, 2000], { preemptions: 1 }],
  [
    'before the start, nothing is counted from it',
    [0, 600, 2000, 5000],
    { requests: { server: 3, completed: 2, sent: 2 } },
  ],
  [
    'that came before the start, nothing is counted from it',
    [0, 999, 5000],
    { requests: { server: 2, completed: 2, sent: 2 } },
  ],
])('without the sample %s', (_, askedAtMs, counted) => {
  const tally = new ServerTally();
  tally.add(answer(0, 500, 20, true));
  tally.add({ type: 'level.started', worker: 0, atMs: 1000, level: 0 });
  tally.add(answer(1, 3000, 20));
  for (const [index, at] of askedAtMs.entries())
    tally.add(sampled(at, { finishedRequests: index, preemptions: index }));
  expect(tally.summary(everything)).toEqual({ samples: askedAtMs.length, ...counted });
});

test('a request that failed may be among those the server finished, one that could not be sent is not', () => {
  const tally = new ServerTally();
  tally.add(sampled(0, { finishedRequests: 0 }));
  const { streamed, promptTokens, outputTokens, tokenSource, sentAtMs, ...stamps } = answer(0, 10, 20);
  const failed = { ...stamps, type: 'request.failed', reason: 'reset' } as const;
  tally.add({ ...failed, kind: 'stream', sentAtMs });
  tally.add({ ...failed, kind: 'connect' });
  tally.add(answer(1, 500, 20));
  tally.add(sampled(5000, { finishedRequests: 2 }));
  expect(tally.summary(everything)?.requests).toEqual({ server: 2, completed: 1, sent: 2 });
});

test('figures do not depend on the order in which pages came', () => {
  const anyFigures = fc.record({ running: fc.nat(9), finishedRequests: fc.nat(9), preemptions: fc.nat(9) });
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(5000), { minLength: 1 }), fc.infiniteStream(anyFigures), (stamps, drawn) => {
      const samples = stamps.map((at) => sampled(at, drawn.next().value));
      const summaryOf = (ordered: readonly ServerSampled[]) => {
        const tally = new ServerTally();
        tally.add({ type: 'level.started', worker: 0, atMs: 1000, level: 0 });
        for (const sample of ordered) tally.add(sample);
        return tally.summary({ fromMs: 1500, toMs: 4500 });
      };
      expect(summaryOf(samples)).toEqual(summaryOf(samples.toSorted((one, other) => one.atMs - other.atMs)));
    }),
  );
});
