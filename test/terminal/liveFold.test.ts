import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recorded, RunEvent } from '../../src/events/events.ts';
import { LiveFold } from '../../src/terminal/liveFold.ts';
import type { LiveView } from '../../src/terminal/liveView.ts';
import { runLog } from '../metrics/runLog.ts';
import { analysedItems, liveOptions, playedFold } from './playedRun.ts';

const prepared: RunEvent = {
  ...{ type: 'level.prepared', worker: 0, atMs: 10, level: 0, sweep: 0, load: { kind: 'clients', value: 2 } },
  ...{ clients: 2, workers: 1, planned: 8, promptLength: 20, maxNewTokens: 5, streaming: true },
};
const phase = (client: number, to: 'warmup' | 'running' | 'draining', atMs: number): RunEvent => ({
  ...{ type: 'client.phaseChanged', worker: 1, atMs, level: 0, client, phase: to },
});
const started: RunEvent = { type: 'level.started', worker: 0, atMs: 100, level: 0 };
const sent = (request: number, warmup = false): RunEvent => ({
  ...{ type: 'request.sent', worker: 1, atMs: 110, level: 0, client: 0, request, warmup },
  ...{ scheduledAtMs: 110, promptTokens: 20, maxNewTokens: 5 },
});
const chunks = (request: number): RunEvent => ({
  ...{ type: 'request.progressed', worker: 1, atMs: 150, level: 0, request, warmup: false },
  ...{ chunkAtMs: Float64Array.of(130, 140), chunkTokens: Uint32Array.of(1, 2) },
});
const failed = (request: number, kind: 'timeout' | 'aborted'): RunEvent => ({
  ...{ type: 'request.failed', worker: 1, atMs: 200, level: 0, client: 0, request, warmup: false },
  ...{ scheduledAtMs: 110, sentAtMs: 110, closedAtMs: 200, chunks: 0, kind, reason: 'cut' },
});

const cases: readonly (readonly [string, readonly RunEvent[], object])[] = [
  ['a level that warms up has no time yet', [prepared, phase(0, 'warmup', 20)], { phases: { warmup: 1 } }],
  [
    'a client is in its newest phase',
    [prepared, phase(0, 'warmup', 20), phase(0, 'running', 90)],
    { phases: { running: 1 } },
  ],
  ['the barrier starts the time', [prepared, started], { startMs: 100 }],
  ['a warm-up request is in nothing', [prepared, sent(0, true)], { inFlight: 0 }],
  ['a sent request is in flight', [prepared, started, sent(0), sent(1)], { inFlight: 2 }],
  [
    'tokens count when they arrive',
    [prepared, started, sent(0), chunks(0)],
    { outputTokensPerSec: 60, requestsPerSec: 0 },
  ],
  [
    'a failure is of its kind',
    [prepared, started, sent(0), failed(0, 'timeout')],
    { inFlight: 0, failures: { timeout: 1 } },
  ],
  ['what we cut off is no failure', [prepared, started, sent(0), failed(0, 'aborted')], { inFlight: 0, failures: {} }],
];

test.each(cases)('%s', (_fact, events, expected) => {
  expect(viewOf(events).level).toMatchObject(expected);
});

test('a note is the newest warning, or what a criterion said', () => {
  const warned: RunEvent = { type: 'run.warned', worker: 0, atMs: 1, message: 'first' };
  expect(viewOf([warned, { ...warned, message: 'second' }]).note).toBe('second');
});

test('at its end a level shows what its summary says', () => {
  const seeds = fc.record({
    seed: fc.nat(1000),
    failureRatio: fc.constantFrom(0, 0.3),
    workers: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(seeds, (options) => {
      const view = playedFold(runLog({ ...options, planned: 40 }, [1, 4])).view();
      const [summary] = view.ended.slice(-1);
      const { completed, empty, failures, e2eMs, phases } = view.level ?? expect.fail('no level');
      expect({ completed, empty, failures }).toEqual({
        completed: summary?.requests.completed,
        empty: summary?.requests.empty,
        failures: summary?.requests.byFailureKind,
      });
      expect(phases).toEqual({ stopped: 4 });
      if (summary?.meanE2eMs !== undefined) expect(e2eMs.mean).toBeCloseTo(summary.meanE2eMs, 6);
    }),
    { numRuns: 30 },
  );
});

test('looking at it changes nothing', () => {
  const events = runLog({ seed: 3, planned: 60 }, [1, 2]);
  const fold = new LiveFold(liveOptions);
  for (const item of analysedItems(events)) {
    fold.add(item);
    fold.view();
  }
  expect(fold.view()).toEqual(playedFold(events).view());
});

test('windows become points of the charts, of the level that they belong to', () => {
  const { points, level } = playedFold(runLog({ seed: 1, planned: 400, meanGapMs: 20 }, [2, 4])).view();
  expect(points.length).toBeGreaterThan(5);
  expect(new Set(points.map((point) => point.level))).toEqual(new Set([0, 1]));
  expect(level?.window?.level).toBe(1);
});

function viewOf(events: readonly RunEvent[]): LiveView {
  return playedFold(events.map((event, seq): Recorded => ({ ...event, seq }))).view();
}
