import { expect, test } from 'vitest';
import type { Recorded, RequestOutcome, RunEvent } from '../../src/events/events.ts';
import { LevelFold } from '../../src/metrics/levelFold.ts';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';

const own = { worker: 1, level: 0, warmup: false } as const;
const asked = { promptLength: 50, maxNewTokens: 10, streaming: true };
const load = { kind: 'clients', value: 2 } as const;
const prepared: Recorded = {
  type: 'level.prepared',
  worker: 0,
  atMs: 0,
  seq: 0,
  level: 0,
  sweep: 0,
  load,
  clients: 2,
  workers: 1,
  planned: 6,
  ...asked,
};

function summarize(...events: readonly RunEvent[]): LevelSummary | undefined {
  if (prepared.type !== 'level.prepared') return undefined;
  const fold = new LevelFold(prepared);
  const level: readonly RunEvent[] = [
    prepared,
    { type: 'level.started', worker: 0, atMs: 1000, level: 0 },
    ...events,
    { type: 'level.finished', worker: 0, atMs: 9000, level: 0, status: 'completed' },
  ];
  return level.map((event, seq) => fold.add({ ...event, seq })).at(-1);
}

function sent(client: number, request: number, atMs: number): RunEvent {
  return {
    type: 'request.sent',
    ...own,
    atMs,
    client,
    request,
    scheduledAtMs: atMs - 5,
    promptTokens: 50,
    maxNewTokens: 10,
  };
}

function chunks(request: number, atMs: readonly number[], tokens?: readonly number[]): RunEvent {
  const known = tokens === undefined ? {} : { chunkTokens: Uint32Array.from(tokens) };
  return {
    type: 'request.progressed',
    ...own,
    atMs: atMs.at(-1) ?? 0,
    request,
    chunkAtMs: Float64Array.from(atMs),
    ...known,
  };
}

function completed(
  client: number,
  request: number,
  sentAtMs: number,
  atMs: number,
  outputTokens: number,
  times: readonly number[] = [],
): RequestOutcome {
  const stamps = {
    ...own,
    atMs,
    client,
    request,
    scheduledAtMs: sentAtMs - 5,
    sentAtMs,
    closedAtMs: atMs,
    chunks: times.length,
  };
  const answer = { promptTokens: 50, outputTokens, tokenSource: 'usage' as const, streamed: times.length > 0 };
  const [firstTokenAtMs] = times;
  const lastTokenAtMs = times.at(-1);
  if (firstTokenAtMs === undefined || lastTokenAtMs === undefined)
    return { type: 'request.completed', ...stamps, ...answer };
  return { type: 'request.completed', ...stamps, ...answer, firstTokenAtMs, lastTokenAtMs, firstChunkTokens: 1 };
}

function failed(client: number, request: number, atMs: number, httpStatus: number): RequestOutcome {
  const stamps = {
    ...own,
    atMs,
    client,
    request,
    scheduledAtMs: atMs - 20,
    sentAtMs: atMs - 15,
    closedAtMs: atMs,
    chunks: 0,
  };
  return { type: 'request.failed', ...stamps, kind: 'httpStatus', reason: 'status', httpStatus };
}

function draining(client: number, atMs: number): RunEvent {
  return { type: 'client.phaseChanged', worker: 1, atMs, level: 0, client, phase: 'draining' };
}

function sampled(atMs: number, cpuRatio: number): RunEvent {
  const usage = {
    periodMs: 1000,
    loopDelayBins: [],
    gcPauseMs: 0,
    residentBytes: 0,
    sends: 1,
    lateSends: 0,
    inFlight: 0,
  };
  return { type: 'generator.sampled', worker: 1, atMs, level: 0, cpuRatio, ...usage };
}

test('a level of four streamed requests gives the figures that one computes by hand', () => {
  const times = [1200, 1220, 1280, 1300];
  const late = [3050, 3090];
  const summary = summarize(
    sent(0, 10, 1010),
    sent(1, 11, 1100), // every client has sent: the steady window begins
    chunks(10, times, [1, 1, 3, 1]),
    completed(0, 10, 1010, 1310, 6, times),
    completed(1, 11, 1100, 2000, 4, [1500, 1900]), // whose chunks were not told: its answer counts over its own time
    sent(0, 12, 2000),
    chunks(12, late, [1, 1]),
    draining(1, 3060), // and ends, between two chunks
    completed(0, 12, 2000, 3090, 2, late),
  );
  expect(summary).toMatchObject({
    requests: { planned: 6, completed: 3, unsent: 3 },
    achieved: { promptTokens: 50, outputTokens: 4, askedOutputTokens: 10 },
    tokensPerChunk: { mean: 8 / 6, max: 3 },
    queueMs: { mean: 5, count: 2 },
    ttftMs: { min: 400, max: 1050, count: 2 },
    maxStallMs: { mean: 40, count: 1, undefinedCount: 1 },
  });
  const { steady, whole } = summary ?? {};
  expect(steady?.seconds).toBeCloseTo(1.96, 9);
  expect((steady?.outputTokensPerSec ?? 0) * 1.96).toBeCloseTo(6 + 4 + 1, 9);
  expect((steady?.requestsPerSec ?? 0) * 1.96).toBeCloseTo(2.5, 9);
  expect((steady?.completedPerSec ?? 0) * 1.96).toBeCloseTo(2, 9);
  expect((steady?.inputTokensPerSec ?? 0) * 1.96).toBeCloseTo(150, 9);
  expect(whole?.seconds).toBeCloseTo(2.06, 9);
  const inFlight = (210 + 900 + 1060) / 1960;
  expect(summary?.littleRatio).toBeCloseTo(((2 / 1.96) * (800 + 1090)) / 2 / 1000 / inFlight, 9);
});

test('a gap is shared by the tokens of the chunk that ended it, and weighs as many', () => {
  const times = [1200, 1220, 1280];
  const { itlMs } =
    summarize(
      sent(1, 11, 1010),
      sent(0, 10, 1010),
      chunks(10, times, [1, 1, 3]),
      completed(0, 10, 1010, 1310, 5, times),
    ) ?? {};
  expect(itlMs?.count).toBe(4);
  expect(itlMs?.mean).toBeCloseTo((20 + 3 * 20) / 4, 9);
  const uneven = summarize(
    sent(1, 11, 1010),
    sent(0, 10, 1010),
    chunks(10, times, [1, 2, 1]),
    completed(0, 10, 1010, 1310, 4, times),
  );
  expect(uneven?.itlMs.mean).toBeCloseTo((2 * 10 + 60) / 3, 9);
});

test('a constant load of answers that are not streamed has batches without spread', () => {
  const events: RunEvent[] = [sent(0, 0, 1010), sent(1, 1, 1010)];
  for (let request = 0; request < 200; request++) {
    const client = request % 2;
    const sentAtMs = 1010 + Math.floor(request / 2) * 20;
    events.push(completed(client, request, sentAtMs, sentAtMs + 20, 5));
    if (request < 198) events.push(sent(client, request + 2, sentAtMs + 20));
  }
  const { steady } = summarize(...events, draining(0, 3010), draining(1, 3010)) ?? {};
  expect(steady?.seconds).toBe(2);
  expect(steady?.requestsPerSec).toBeCloseTo(100, 9);
  expect(steady?.outputTokensPerSec).toBeCloseTo(500, 9);
  expect(steady?.relativeHalfWidth).toBeCloseTo(0, 9);
});

test('throttled answers are told apart among the failures', () => {
  const outcomes = [429, 503, 500].flatMap((status, index) => [
    sent(0, index, 1200 + index),
    failed(0, index, 1220 + index, status),
  ]);
  expect(summarize(...outcomes)?.requests).toMatchObject({ failed: 3, throttled: 2, byFailureKind: { httpStatus: 3 } });
});

test('what a server calls an overload is throttled by whichever status, and in a stream too', () => {
  const outcomes = [429, 503, 529, 424, 200].flatMap((status, index) => {
    const kind = status === 200 ? ('stream' as const) : ('httpStatus' as const);
    const reason = status === 424 || status === 200 ? { reason: 'throttled' } : {};
    return [sent(0, index, 1200 + index), { ...failed(0, index, 1220 + index, status), kind, ...reason }];
  });
  expect(summarize(...outcomes)?.requests).toMatchObject({ failed: 5, throttled: 5, throttledStreams: 1 });
});

test('tries that were sent again are counted beside their requests, those of warm-ups are not', () => {
  const retried = (request: number, failedTry: number, warmup = false): RunEvent => ({
    ...{ type: 'request.retried', worker: 1, atMs: 1150 + failedTry, level: 0, client: 0, request, warmup },
    ...{ failedTry, waitMs: 5, kind: 'httpStatus', reason: 'throttled', httpStatus: 429 },
  });
  const tries = [retried(0, 1), retried(0, 2), retried(9, 1, true)];
  const requests = summarize(sent(0, 0, 1100), ...tries, completed(0, 0, 1100, 1200, 5))?.requests;
  expect(requests).toMatchObject({ completed: 1, failed: 0, throttled: 0, retries: 2 });
});

test('what the load generator did before the level began is not held against the level', () => {
  expect(summarize(sampled(900, 1), sampled(1900, 0.5))?.generator).toMatchObject({ verdict: 'ok', cpuRatio: 0.5 });
});

test('a request sent after the first client found no more work is in no latency, but among the completed', () => {
  const first = [sent(0, 0, 1100), sent(1, 1, 1100), completed(0, 0, 1100, 1200, 5), draining(0, 1200)];
  const summary = summarize(...first, completed(1, 1, 1100, 1250, 5), sent(1, 2, 1250), completed(1, 2, 1250, 1900, 5));
  expect(summary?.requests.completed).toBe(3);
  expect(summary?.e2eMs).toMatchObject({ count: 2, max: 150 });
  expect(summary?.meanE2eMs).toBeCloseTo((100 + 150 + 650) / 3, 9);
});
