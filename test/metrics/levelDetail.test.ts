import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recorded } from '../../src/events/events.ts';
import { DetailFold, type DetailSettings, drawnShares } from '../../src/metrics/levelDetail.ts';
import type { FoldViews } from '../../src/metrics/levelObserver.ts';
import { RunFold } from '../../src/metrics/runFold.ts';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import { runLog } from './runLog.ts';

const options = { window_seconds: 10 };

function fold(log: readonly Recorded[], views: FoldViews = {}): RunSummary {
  const run = new RunFold(options, views);
  for (const event of log) run.add(event);
  return run.summary();
}

function detailsOf(log: readonly Recorded[], settings: Partial<DetailSettings> = {}, views: FoldViews = {}) {
  const details = new DetailFold({ percentiles: [], limits: [], ...settings });
  const summary = fold(log, { ...views, observe: details.observe.bind(details) });
  return { summary, details: details.details };
}

const histories = fc.record({
  seed: fc.nat(1e6),
  workers: fc.integer({ min: 1, max: 3 }),
  streaming: fc.boolean(),
  chunkTokens: fc.boolean(),
  usage: fc.boolean(),
  failureRatio: fc.constantFrom(0, 0.2),
  emptyRatio: fc.constantFrom(0, 0.1),
});

test('who looks on changes no figure', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const log = runLog(history, [1, 4]);
      expect(detailsOf(log).summary).toEqual(fold(log));
    }),
    { numRuns: 30 },
  );
});

test('spreads hold the requests of the summary, and its percentiles', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const { summary, details } = detailsOf(runLog(history, [2, 5]), { percentiles: [0.9, 0.99] });
      for (const level of summary.levels) {
        for (const figure of ['ttftMs', 'tpotMs', 'e2eMs'] as const) {
          const spread = details.get(level.level)?.spreads[figure];
          const total = (spread?.bins ?? []).reduce((sum, { count }) => sum + count, 0);
          expect(total).toBe(level[figure].count);
          if (spread === undefined) continue;
          expect(spread.percentiles).toEqual([level[figure].p90, level[figure].p99]);
          expect(spread.quantiles[0]).toBe(level[figure].min);
          expect(spread.quantiles.at(-1)).toBe(level[figure].max);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('a timeline counts every request once, and its flight as long as it lasted', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const log = runLog(history, [3]);
      const { summary, details } = detailsOf(log);
      const [level] = summary.levels;
      const timeline = details.get(0)?.timeline ?? [];
      const over = (of: (bin: (typeof timeline)[number]) => number): number =>
        timeline.reduce((sum, bin) => sum + (of(bin) * (bin.toMs - bin.fromMs)) / 1000, 0);
      expect(over((bin) => bin.completedPerSec)).toBeCloseTo(level?.requests.completed ?? 0, 6);
      expect(timeline.reduce((sum, { bad }) => sum + bad, 0)).toBe(
        (level?.requests.failed ?? 0) + (level?.requests.empty ?? 0),
      );
      let flightMs = 0;
      for (const event of log) {
        if (event.type !== 'request.completed' && event.type !== 'request.failed') continue;
        if (!event.warmup && event.sentAtMs !== undefined) flightMs += event.closedAtMs - event.sentAtMs;
      }
      expect(over((bin) => bin.inFlight) * 1000).toBeCloseTo(flightMs, 3);
    }),
    { numRuns: 30 },
  );
});

test('a long level has no more bins than a short one can have', () => {
  const { details } = detailsOf(runLog({ seed: 1, planned: 400, meanGapMs: 300 }, [2]));
  const timeline = details.get(0)?.timeline ?? [];
  expect(timeline.length).toBeGreaterThan(60);
  expect(timeline.length).toBeLessThanOrEqual(128);
});

test('goodput is the throughput where every request keeps the limits, and 0 where none does', () => {
  const log = runLog({ seed: 3 }, [4]);
  const limit = (limitMs: number) => [{ figure: 'e2eMs' as const, holds: (ms: number) => ms < limitMs }];
  const all = detailsOf(log, { limits: limit(1e9) });
  expect(all.details.get(0)?.goodputPerSec).toBeCloseTo(all.summary.levels[0]?.steady?.completedPerSec ?? 0, 9);
  expect(detailsOf(log, { limits: limit(0) }).details.get(0)?.goodputPerSec).toBe(0);
  expect(detailsOf(log).details.get(0)).not.toHaveProperty('goodputPerSec');
});

test('the whole level is a window from its start to the first client that finds no more work', () => {
  const log = runLog({ seed: 5 }, [4]);
  const { summary, details } = detailsOf(log, {}, { window: 'all' });
  const [steady] = fold(log).levels;
  const [level] = summary.levels;
  expect(level?.steady?.seconds).toBeCloseTo(steady?.whole?.seconds ?? 0, 9);
  expect(level?.steady?.requestsPerSec).toBeCloseTo(steady?.whole?.requestsPerSec ?? 0, 9);
  const span = details.get(0)?.span;
  expect(span?.fromMs).toBe(span?.startMs);
});

test('a window of seconds holds the requests that were sent in it', () => {
  const log = runLog({ seed: 5, planned: 80 }, [4]);
  const started = log.find(({ type }) => type === 'level.started')?.atMs ?? 0;
  const window = { fromMs: 100, toMs: 400 };
  const { summary, details } = detailsOf(log, {}, { window });
  const sent = log.filter(
    (event) =>
      event.type === 'request.completed' &&
      !event.warmup &&
      event.outputTokens > 0 &&
      event.sentAtMs >= started + 100 &&
      event.sentAtMs <= started + 400,
  );
  expect(sent.length).toBeGreaterThan(0);
  expect(summary.levels[0]?.e2eMs.count).toBe(sent.length);
  expect(summary.levels[0]?.steady?.seconds).toBeCloseTo(0.3, 9);
  expect(details.get(0)?.span).toMatchObject({ fromMs: started + 100, toMs: started + 400 });
});

test('a window that goes beyond the level ends with it', () => {
  const { summary, details } = detailsOf(runLog({ seed: 5 }, [4]), {}, { window: { fromMs: 0, toMs: 1e9 } });
  const span = details.get(0)?.span;
  expect(span?.toMs).toBe(span?.endMs);
  expect(summary.levels[0]?.e2eMs.count).toBe(summary.levels[0]?.requests.completed);
});

test('distributions are drawn at ascending shares, the usual percentiles among them', () => {
  expect(drawnShares.toSorted((one, other) => one - other)).toEqual(drawnShares);
  for (const share of [0, 0.5, 0.9, 0.95, 0.99, 1]) expect(drawnShares).toContain(share);
});
