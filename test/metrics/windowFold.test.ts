import fc from 'fast-check';
import { from, lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { randomStream } from '../../src/core/random.ts';
import type { Recorded } from '../../src/events/events.ts';
import { rollingWindows } from '../../src/metrics/analysed.ts';
import type { RollingWindow } from '../../src/metrics/rollingWindow.ts';
import { type HistoryOptions, interleave, type LevelHistory, levelHistory } from './eventHistory.ts';

const long: HistoryOptions = { seed: 3, clients: 5, planned: 400, chunkTokens: true, failureRatio: 0.1 };

function windowsOf(events: readonly Recorded[], seconds = 10): Promise<RollingWindow[]> {
  return lastValueFrom(from(events).pipe(rollingWindows({ window_seconds: seconds }), toArray()));
}

function logOf(history: LevelHistory): Recorded[] {
  return interleave(history, randomStream(1));
}

test("windows move by one second from the level's start, and grow to their width", async () => {
  const history = levelHistory(long);
  const windows = await windowsOf(logOf(history), 3);
  expect(windows.length).toBe(Math.floor((history.endMs - history.startMs) / 1000));
  windows.forEach(({ fromMs, toMs }, index) => {
    expect(toMs).toBeCloseTo(history.startMs + (index + 1) * 1000, 9);
    expect(fromMs).toBeCloseTo(history.startMs + Math.max(0, index - 2) * 1000, 9);
  });
});

test('each window counts what its own stretch of event time holds', async () => {
  const history = levelHistory(long);
  const events = logOf(history);
  for (const window of await windowsOf(events, 4)) {
    const { fromMs, toMs } = window;
    const seconds = (toMs - fromMs) / 1000;
    const within = (atMs: number): boolean => atMs >= fromMs && atMs < toMs;
    let tokens = 0;
    let inFlight = 0;
    let completed = 0;
    for (const event of events) {
      if (!('warmup' in event) || event.warmup) continue;
      if (event.type === 'request.sent' && event.atMs < toMs) inFlight++;
      if (event.type === 'request.completed' && within(event.atMs)) completed++;
      if (event.type === 'request.progressed') {
        event.chunkAtMs.forEach((atMs, index) => {
          if (within(atMs)) tokens += event.chunkTokens?.[index] ?? 0;
        });
      } else if (event.type === 'request.retried') continue;
      else if (event.type !== 'request.sent' && event.sentAtMs !== undefined && event.atMs < toMs) inFlight--;
    }
    expect(window.requestsPerSec * seconds).toBeCloseTo(completed, 9);
    expect(window.inFlight).toBe(inFlight);
    expect(window.outputTokensPerSec * seconds).toBeCloseTo(tokens, 6);
    expect(window.e2eMs.count).toBe(completed);
  }
});

test('windows are the same however the batches of the workers interleave', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1000), fc.nat(1000), async (one, other) => {
      const history = levelHistory({ ...long, planned: 120, workers: 3 });
      const windows = await windowsOf(interleave(history, randomStream(one)));
      const again = await windowsOf(interleave(history, randomStream(other)));
      expect(again.map(withoutSums)).toEqual(windows.map(withoutSums));
    }),
    { numRuns: 25 },
  );
});

/** Means are sums of floats, whose last digits depend on the order of adding. */
function withoutSums({ ttftMs, tpotMs, e2eMs, ...window }: RollingWindow): object {
  return { ...window, spreads: [ttftMs, tpotMs, e2eMs].map(({ mean: _, ...spread }) => spread) };
}

test('where the server does not tell the tokens of a chunk, the difference is made good at completion', async () => {
  const events = logOf(levelHistory({ ...long, chunkTokens: false, failureRatio: 0, planned: 30, clients: 2 }));
  const last = (await windowsOf(events, 1000)).at(-1);
  const completed = events.filter((event) => event.type === 'request.completed' && !event.warmup);
  const ended = completed.filter(({ atMs }) => atMs < (last?.toMs ?? 0));
  const tokens = ended.reduce((sum, event) => sum + (event.type === 'request.completed' ? event.outputTokens : 0), 0);
  const seconds = ((last?.toMs ?? 0) - (last?.fromMs ?? 0)) / 1000;
  const counted = (last?.outputTokensPerSec ?? 0) * seconds;
  expect(counted).toBeGreaterThanOrEqual(tokens);
  expect(counted).toBeLessThan(tokens + 2 * 15); // at most the chunks of the two that are still open
});

test('samples of the generator move the windows on while a server hangs', async () => {
  const history = levelHistory({ seed: 1, workers: 1, clients: 1, planned: 1, streaming: false });
  const hanging = logOf(history).filter(({ type }) => type === 'level.prepared' || type === 'level.started');
  const sent = logOf(history).find((event) => event.type === 'request.sent' && !event.warmup) as Recorded;
  const samples = [1, 2, 3, 4].map((second) => sampleAt(history.startMs + second * 1000 + 600));
  const windows = await windowsOf([...hanging, sent, ...samples]);
  expect(windows.map(({ inFlight, requestsPerSec }) => [inFlight, requestsPerSec])).toEqual([
    [1, 0],
    [1, 0],
    [1, 0],
    [1, 0],
  ]);
});

test('clients are told by phase, and a window without requests has no latency', async () => {
  const windows = await windowsOf(logOf(levelHistory({ seed: 1, clients: 3, planned: 40 })));
  expect(windows[0]?.clients).toEqual({ running: 3 });
  const idle = await windowsOf(
    logOf(levelHistory({ seed: 1, clients: 1, planned: 2, meanGapMs: 2000, failureRatio: 0 })),
    1,
  );
  expect(idle[0]?.ttftMs).toEqual({ count: 0 });
});

function sampleAt(atMs: number): Recorded {
  const usage = { periodMs: 1000, loopDelayBins: [], cpuRatio: 0, gcPauseMs: 0, residentBytes: 0 };
  return {
    type: 'generator.sampled',
    worker: 1,
    atMs,
    seq: atMs,
    level: 0,
    ...usage,
    sends: 0,
    lateSends: 0,
    inFlight: 1,
  };
}
