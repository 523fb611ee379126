import { expect, test } from 'vitest';
import { ItemCosts } from '../../src/calibration/itemCosts.ts';
import type { GeneratorSampled, RequestCompleted, RunEvent } from '../../src/events/events.ts';

const sampled = (cpuRatio: number): RunEvent =>
  ({ type: 'generator.sampled', worker: 1, atMs: 0, periodMs: 1000, cpuRatio }) as unknown as GeneratorSampled;
const started: RunEvent = { type: 'level.started', worker: 0, atMs: 0, level: 0 };
const completed = { type: 'request.completed', worker: 1, atMs: 0 } as unknown as RequestCompleted;
const chunks = (count: number): RunEvent => ({
  ...{ type: 'request.progressed', worker: 1, atMs: 0, level: 0, request: 0, warmup: false },
  chunkAtMs: new Float64Array(count),
});

/** Costs of a run in which main uses so many microseconds between each two readings. */
function costsOf(mainStep: number, events: readonly RunEvent[]): ItemCosts {
  let mainMicros = 0;
  const costs = new ItemCosts(() => {
    mainMicros += mainStep;
    return mainMicros;
  });
  for (const event of events) costs.add(event);
  return costs;
}

const many = (count: number, event: RunEvent): readonly RunEvent[] => Array<RunEvent>(count).fill(event);

test('a request costs what the cheapest second took, over the requests that ended in it', () => {
  const events = [started, ...many(10, completed), sampled(0.9), ...many(100, completed), sampled(0.5)];
  expect(costsOf(2000, events).perRequest()).toEqual({ workerMicros: 5000, mainMicros: 20 });
});

test('what is done before the level starts counts for nothing', () => {
  const events = [...many(100, completed), sampled(0.001), started, ...many(10, completed), sampled(0.5)];
  expect(costsOf(0, events).perRequest().workerMicros).toBe(50_000);
});

test('a chunk costs what is left beside the requests', () => {
  const events = [started, ...many(10, completed), chunks(600), chunks(400), sampled(0.5)];
  const cost = costsOf(3000, events).perChunk({ workerMicros: 10_000, mainMicros: 100 });
  expect(cost).toEqual({ workerMicros: 400, mainMicros: 2 });
});

test('a run without a sample gives no cost', () => {
  expect(() => costsOf(0, [started, completed]).perRequest()).toThrow('too short');
});
