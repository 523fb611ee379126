import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../src/core/random.ts';
import type { Recorded, RequestCompleted, RunEvent } from '../../src/events/events.ts';
import { LevelFold } from '../../src/metrics/levelFold.ts';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { type HistoryOptions, interleave, levelHistory } from './eventHistory.ts';

function summarize(events: readonly Recorded[]): LevelSummary {
  const [prepared] = events;
  if (prepared?.type !== 'level.prepared') throw new Error('a level begins with level.prepared');
  const fold = new LevelFold(prepared);
  let summary: LevelSummary | undefined;
  for (const event of events) summary = fold.add(event) ?? summary;
  if (summary === undefined) throw new Error('the level has no summary');
  return summary;
}

function summaryOf(options: HistoryOptions, shuffleSeed = 1): LevelSummary {
  return summarize(interleave(levelHistory(options), randomStream(shuffleSeed, 'shuffle')));
}

const anyHistory: fc.Arbitrary<HistoryOptions> = fc.record({
  seed: fc.nat(1e6),
  clients: fc.integer({ min: 1, max: 9 }),
  workers: fc.integer({ min: 1, max: 3 }),
  planned: fc.integer({ min: 1, max: 80 }),
  streaming: fc.boolean(),
  chunkTokens: fc.boolean(),
  failureRatio: fc.constantFrom(0, 0, 0.3),
  emptyRatio: fc.constantFrom(0, 0.2),
  retryRatio: fc.constantFrom(0, 0, 0.3),
  stopAfterMs: fc.constantFrom(400, 1500, 1e9),
  serverMetrics: fc.boolean(),
});

/** The same figures by brute force, with everything in memory and the definitions read aloud. */
function bruteForce(events: readonly RunEvent[]) {
  const clients = new Set<number>();
  let fromMs = Number.NEGATIVE_INFINITY;
  let toMs = Number.POSITIVE_INFINITY;
  for (const event of [...events].sort((one, other) => one.atMs - other.atMs)) {
    const tries = event.type === 'request.sent' || (event.type === 'request.failed' && event.sentAtMs === undefined);
    if (tries && !event.warmup && !clients.has(event.client)) {
      clients.add(event.client);
      fromMs = Math.max(fromMs, event.atMs);
    }
    if (event.type === 'client.phaseChanged' && event.phase === 'draining') toMs = Math.min(toMs, event.atMs);
  }
  const within = (atMs: number): boolean => atMs >= fromMs && atMs < toMs;
  const answered = events.filter(
    (event): event is RequestCompleted => event.type === 'request.completed' && !event.warmup && event.outputTokens > 0,
  );
  let tokens = 0;
  let requests = 0;
  for (const { request, sentAtMs, closedAtMs, streamed, outputTokens } of answered) {
    const chunkAtMs: number[] = [];
    const chunkTokens: number[] = [];
    for (const event of events) {
      if (event.type !== 'request.progressed' || event.request !== request) continue;
      chunkAtMs.push(...event.chunkAtMs);
      chunkTokens.push(...(event.chunkTokens ?? []));
    }
    const share = streamed
      ? chunkAtMs.reduce(
          (sum, atMs, index) =>
            sum + (within(atMs) ? (chunkTokens[index] ?? outputTokens / chunkAtMs.length) / outputTokens : 0),
          0,
        )
      : Math.max(0, Math.min(closedAtMs, toMs) - Math.max(sentAtMs, fromMs)) / (closedAtMs - sentAtMs);
    requests += share;
    tokens += share * outputTokens;
  }
  const seconds = (toMs - fromMs) / 1000;
  return {
    clients: clients.size,
    seconds,
    requestsPerSec: requests / seconds,
    completedPerSec: answered.filter(({ closedAtMs }) => within(closedAtMs)).length / seconds,
    outputTokensPerSec: tokens / seconds,
    latencies: answered.filter(({ sentAtMs }) => sentAtMs >= fromMs && sentAtMs <= toMs).length,
  };
}

test('in every level planned = completed + failed + empty + cutOff + unsent, each as it happened', () => {
  fc.assert(
    fc.property(anyHistory, (options) => {
      const events = interleave(levelHistory(options), randomStream(1));
      const { requests } = summarize(events);
      const outcomes = events.filter((event) => event.type === 'request.completed' || event.type === 'request.failed');
      const measured = outcomes.filter(({ warmup }) => !warmup);
      const failures = measured.filter((event) => event.type === 'request.failed');
      const aborted = failures.filter(({ kind }) => kind === 'aborted').length;
      const empty = measured.filter((event) => event.type === 'request.completed' && event.outputTokens === 0).length;
      expect(requests).toMatchObject({
        planned: options.planned,
        completed: measured.length - failures.length - empty,
        failed: failures.length - aborted,
        empty,
        cutOff: aborted,
        unsent: (options.planned ?? 0) - measured.length,
      });
      expect(Object.values(requests.byFailureKind).reduce((sum, count) => sum + count, 0)).toBe(requests.failed);
    }),
  );
});

test('figures of the steady window equal those by brute force', () => {
  fc.assert(
    fc.property(anyHistory, (drawn) => {
      const options = { ...drawn, stopAfterMs: 1e9, failureRatio: 0 };
      const events = interleave(levelHistory(options), randomStream(3));
      const expected = bruteForce(events);
      const summary = summarize(events);
      const { steady } = summary;
      if (expected.clients < (options.clients ?? 0) || !(expected.seconds > 0)) {
        expect(steady).toBeUndefined();
        return;
      }
      expect(steady?.seconds).toBeCloseTo(expected.seconds, 9);
      expect(steady?.requestsPerSec).toBeCloseTo(expected.requestsPerSec, 6);
      expect(steady?.completedPerSec).toBeCloseTo(expected.completedPerSec, 6);
      if (summary.requests.completed > 0)
        expect(steady?.outputTokensPerSec).toBeCloseTo(expected.outputTokensPerSec, 5);
      expect(summary.e2eMs.count).toBe(expected.latencies);
    }),
  );
});

test('the summary depends on stamps, not on how the batches of the workers interleave', () => {
  fc.assert(
    fc.property(anyHistory, fc.nat(1000), fc.nat(1000), (options, one, other) => {
      expectAlike(summaryOf(options, one), summaryOf(options, other));
    }),
  );
});

test('the windows of a level that a stop cuts short hold what arrived of the requests that were cut off', () => {
  const options = { seed: 4, clients: 8, planned: 1000, chunkTokens: true, stopAfterMs: 3000, meanGapMs: 200 };
  const events = interleave(levelHistory(options), randomStream(1));
  const drained = events.filter((event) => event.type === 'client.phaseChanged' && event.phase === 'draining');
  const toMs = Math.min(...drained.map(({ atMs }) => atMs));
  let tokens = 0;
  for (const event of events) {
    if (event.type !== 'request.progressed' || event.warmup) continue;
    event.chunkAtMs.forEach((atMs, index) => {
      if (atMs < toMs) tokens += event.chunkTokens?.[index] ?? 0;
    });
  }
  const { whole, requests } = summarize(events);
  expect(requests.cutOff).toBeGreaterThan(0);
  expect((whole?.outputTokensPerSec ?? 0) * (whole?.seconds ?? 0)).toBeCloseTo(tokens, 6);
});

test('Little holds: in a long level the figures agree within 5 %, and the batch means give an interval', () => {
  const { littleRatio, steady, estimatedRequestsPerSec } = summaryOf({ seed: 9, clients: 6, planned: 3000 });
  expect(littleRatio).toBeGreaterThan(0.95);
  expect(littleRatio).toBeLessThan(1.05);
  expect(steady?.relativeHalfWidth).toBeGreaterThan(0);
  expect(steady?.relativeHalfWidth).toBeLessThan(0.1);
  expect((steady?.requestsPerSec ?? 0) / (estimatedRequestsPerSec ?? 1)).toBeCloseTo(1, 1);
});

test('a level too short for ten batches of three latencies has no interval', () => {
  const { steady } = summaryOf({ seed: 9, clients: 6, planned: 40 });
  expect(steady).toBeDefined();
  expect(steady).not.toHaveProperty('relativeHalfWidth');
});

test('without a real count there are no tokens a second, and no mean of output tokens', () => {
  const { steady, whole, achieved, tokensPerChunk, tokenSources } = summaryOf({ seed: 2, usage: false });
  expect(steady).not.toHaveProperty('outputTokensPerSec');
  expect(whole).not.toHaveProperty('outputTokensPerSec');
  expect(achieved).not.toHaveProperty('outputTokens');
  expect(tokensPerChunk).toBeUndefined();
  expect(tokenSources).toEqual({ chunks: 40 });
});

test('an answer that is not streamed has no first token, and none is counted as undefined', () => {
  const { ttftMs, tpotMs, itlMs, e2eMs } = summaryOf({ seed: 2, streaming: false });
  for (const figure of [ttftMs, tpotMs, itlMs]) expect(figure).toEqual({ count: 0, undefinedCount: 0 });
  expect(e2eMs.count).toBeGreaterThan(0);
});

test('requests that are open when the level ends are cut off, and the log of a crash still sums up', () => {
  const events = interleave(levelHistory({ seed: 5, planned: 60 }), randomStream(1));
  const [prepared] = events;
  if (prepared?.type !== 'level.prepared') throw new Error('no level');
  const fold = new LevelFold(prepared);
  const half = events.slice(0, Math.floor(events.length / 2));
  for (const event of half) fold.add(event);
  const { requests, status } = fold.finish('interrupted', Math.max(...half.map(({ atMs }) => atMs)));
  const sent = half.filter((event) => event.type === 'request.sent' && !event.warmup).length;
  expect(status).toBe('interrupted');
  expect(requests.cutOff).toBe(sent - requests.completed - requests.failed - requests.empty);
  expect(requests.cutOff).toBeGreaterThan(0);
  expect(requests.unsent).toBe(60 - sent);
});

test('a level that never began has counts and no throughput', () => {
  const history = levelHistory({ seed: 1 });
  const events = [...history.opening, ...history.closing].map((event, seq) => ({ ...event, seq }));
  const summary = summarize(events);
  expect(summary.requests).toMatchObject({ planned: 40, unsent: 40 });
  expect(summary).not.toHaveProperty('steady');
  expect(summary.generator.verdict).toBe('unknown');
});

/** Equal in everything; sums of floats that were added in another order, to 9 digits. */
function expectAlike(one: unknown, other: unknown): void {
  if (typeof one === 'number' && typeof other === 'number') {
    expect(Math.abs(one - other)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(one)));
  } else if (typeof one === 'object' && one !== null && typeof other === 'object' && other !== null) {
    expect(Object.keys(one)).toEqual(Object.keys(other));
    for (const [key, value] of Object.entries(one)) expectAlike(value, (other as Record<string, unknown>)[key]);
  } else expect(one).toEqual(other);
}
