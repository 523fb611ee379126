import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packBatch } from '../../src/events/codec.ts';
import type { RequestCompleted, RequestSent, RunEvent } from '../../src/events/events.ts';
import { createMemoryLog } from '../../src/events/memoryLog.ts';
import { createTimeline } from '../../src/sinks/timeline.ts';

interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** The trace of batches of events; each is stored 2 ms after it came, and the clock goes on by 1 with each look. */
async function traceOf(batches: readonly (readonly RunEvent[])[], mostEvents?: number) {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'trace.json');
  let nowMs = 100;
  const clock = { nowMs: () => nowMs++, setTimeout: () => undefined, clearTimeout: () => {} };
  const timeline = createTimeline(path, clock, mostEvents);
  const log = timeline.watch(createMemoryLog());
  for (const events of batches) timeline.write(await log.append(packBatch(events)));
  await timeline.finish({} as never);
  return JSON.parse(readFileSync(path, 'utf8')) as {
    readonly traceEvents: readonly TraceEvent[];
    readonly otherData: { readonly eventsLeftOut: number };
  };
}

const ids = { worker: 1, level: 0, client: 3, warmup: false };

function requestEvents(request: number, scheduledAtMs: number, closedAtMs: number): readonly RunEvent[] {
  const sentAtMs = scheduledAtMs + 1;
  const [firstTokenAtMs, lastTokenAtMs] = [scheduledAtMs + 3, closedAtMs - 1];
  const sent: RequestSent = {
    ...{ type: 'request.sent', ...ids, request, atMs: sentAtMs, scheduledAtMs, promptTokens: 8, maxNewTokens: 2 },
  };
  const completed: RequestCompleted = {
    ...{ type: 'request.completed', ...ids, request, atMs: closedAtMs, scheduledAtMs, sentAtMs, closedAtMs },
    ...{ headersAtMs: scheduledAtMs + 2, firstTokenAtMs, lastTokenAtMs, chunks: 2, streamed: true },
    ...{ promptTokens: 8, outputTokens: 2, tokenSource: 'usage', firstChunkTokens: 1 },
  };
  const chunkAtMs = Float64Array.of(firstTokenAtMs, lastTokenAtMs);
  return [sent, { type: 'request.progressed', ...ids, request, atMs: lastTokenAtMs, chunkAtMs }, completed];
}

const spansOf = (events: readonly TraceEvent[], tid: number) =>
  events.filter((event) => event.ph === 'X' && event.tid === tid).map(({ name, ts, dur = 0 }) => [name, ts, ts + dur]);

test('a request is drawn with its stages, in microseconds, on the track of its client', async () => {
  const { traceEvents } = await traceOf([requestEvents(7, 10, 20)]);
  const [track] = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.['name'] === 'client 3');
  expect(track).toMatchObject({ pid: 1 });
  expect(spansOf(traceEvents, track?.tid ?? -1)).toEqual([
    ['request 7', 10_000, 20_000],
    ['queue', 10_000, 11_000],
    ['head', 11_000, 12_000],
    ['first token', 12_000, 13_000],
    ['tokens', 13_000, 19_000],
    ['end', 19_000, 20_000],
  ]);
  expect(traceEvents.filter(({ name }) => name === 'chunk').map(({ ts }) => ts)).toEqual([13_000, 19_000]);
});

test('requests that follow one another share a track, those that overlap do not', async () => {
  const [one, next, other] = [requestEvents(1, 10, 20), requestEvents(2, 20, 30), requestEvents(3, 25, 40)];
  const sorted = [...one, ...next, ...other].sort((left, right) => left.atMs - right.atMs);
  const { traceEvents } = await traceOf([sorted]);
  const tracks = ['request 1', 'request 2', 'request 3'].map(
    (wanted) => traceEvents.find(({ name }) => name === wanted)?.tid,
  );
  expect(tracks[0]).toBe(tracks[1]);
  expect(tracks[2]).not.toBe(tracks[0]);
});

test('a batch is drawn from its first event to where it was folded', async () => {
  const { traceEvents } = await traceOf([requestEvents(1, 10, 20)]);
  const at = (name: string, ph: string) => traceEvents.find((event) => event.name === name && event.ph === ph);
  expect(at('gathered', 'X')).toMatchObject({ pid: 1, ts: 11_000, dur: 9000, args: { events: 3, firstSeq: 0 } });
  expect(at('on its way', 'b')?.ts).toBe(20_000);
  expect(at('on its way', 'e')?.ts).toBe(at('stored', 'b')?.ts);
  expect(at('stored', 'e')?.ts).toBe(at('folded', 'X')?.ts);
});

test('what is beyond the limit is left out and counted, and the file stays whole', async () => {
  const batches = Array.from({ length: 50 }, (_, index) => requestEvents(index, index * 20, index * 20 + 10));
  const { traceEvents, otherData } = await traceOf(batches, 100);
  expect(traceEvents.length).toBe(100);
  expect(otherData.eventsLeftOut).toBeGreaterThan(100);
});

test('a file that cannot be written is told before the run', () => {
  const clock = { nowMs: () => 0, setTimeout: () => undefined, clearTimeout: () => {} };
  expect(() => createTimeline('/proc/none/trace.json', clock)).toThrow('--timeline /proc/none/trace.json: cannot be');
});
