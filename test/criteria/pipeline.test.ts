import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { createRecorder } from '../../src/actors/recorder.ts';
import { randomStream } from '../../src/core/random.ts';
import type { Decision } from '../../src/criteria/criterion.ts';
import { createPipeline } from '../../src/criteria/pipeline.ts';
import { replay } from '../../src/criteria/replay.ts';
import { packBatch } from '../../src/events/codec.ts';
import { type EventLog, type EventLogReader, eventsOf } from '../../src/events/eventLog.ts';
import type { RunEvent } from '../../src/events/events.ts';
import { createMemoryLog } from '../../src/events/memoryLog.ts';
import { createLmdbLog, openLmdbLog } from '../../src/sinks/lmdbLog.ts';
import { runLog } from '../metrics/runLog.ts';

const options = {
  window_seconds: 2,
  early_stop_latency: 0.2,
  max_error_ratio: 0.2,
  max_level_seconds: 1,
  stop_at_plateau: true,
};

type Judging = Parameters<typeof createPipeline>[1];

interface LiveRun {
  readonly digest: string;
  readonly summary: object;
  readonly decisions: readonly Decision[];
}

/** What the main process does: events in batches through the recorder into a log, and from there through the pipeline. */
async function runLive(
  log: EventLog,
  batches: readonly (readonly RunEvent[])[],
  judging: Judging = options,
): Promise<LiveRun> {
  const recorder = createRecorder(log);
  const pipeline = createPipeline(recorder.recorded$, judging);
  const decisions: Decision[] = [];
  pipeline.decisions$.subscribe((decision) => {
    decisions.push(decision);
    // As in a run: the decision is an event itself, recorded behind whatever is on its way.
    recorder.emit({ type: 'criterion.met', worker: 0, ...decision });
  });
  for (const [index, batch] of batches.entries()) {
    recorder.submit(packBatch(batch));
    if (index % 7 === 0) await recorder.settled();
  }
  await recorder.settled();
  await recorder.settled(); // those decisions that the last batches brought about
  const digest = pipeline.digest();
  recorder.emit({ type: 'run.finished', worker: 0, atMs: 1e9, exitCode: 0, digest });
  await recorder.settled();
  recorder.finish();
  return { digest, summary: pipeline.summary(), decisions };
}

const histories = fc.record({
  seed: fc.nat(1e6),
  batchSize: fc.integer({ min: 1, max: 200 }),
  workers: fc.integer({ min: 1, max: 4 }),
  streaming: fc.boolean(),
  chunkTokens: fc.boolean(),
  usage: fc.boolean(),
  failureRatio: fc.constantFrom(0, 0.1, 0.4),
  emptyRatio: fc.constantFrom(0, 0.1),
  stopAfterMs: fc.constantFrom(undefined, 200, 700),
  clients: fc.constantFrom([4], [4, 7], [5, 8, 12]),
  serverMetrics: fc.boolean(),
});

type History = typeof histories extends fc.Arbitrary<infer Value> ? Value : never;

/** The events of a made-up run, in batches of random sizes; the run's own end is left to {@link runLive}. */
function batchesOf({ seed, batchSize, clients, stopAfterMs, ...rest }: History): readonly (readonly RunEvent[])[] {
  const stop = stopAfterMs === undefined ? {} : { stopAfterMs };
  const events = runLog({ seed, planned: 40, ...rest, ...stop }, clients, seed).slice(0, -1);
  const random = randomStream(seed, 'batches');
  const batches: RunEvent[][] = [];
  for (let from = 0; from < events.length; ) {
    const size = 1 + Math.floor(random() * batchSize);
    batches.push(events.slice(from, from + size).map(({ seq: _seq, ...event }) => event as RunEvent));
    from += size;
  }
  return batches;
}

function expectSame(reader: EventLogReader, live: LiveRun, judging: Judging = options): void {
  const cold = replay(reader.batches(), judging);
  const finished = [...eventsOf(reader)].at(-1);
  expect(finished).toMatchObject({ type: 'run.finished', digest: cold.digest });
  expect(cold.digest).toBe(live.digest);
  expect(cold.decisions).toEqual(live.decisions);
  expect(cold.summary).toEqual(live.summary);
}

test('what the live side concluded is what the log says when it is replayed, bit for bit, over many random runs', async () => {
  let decided = 0;
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const log = createMemoryLog();
      const live = await runLive(log, batchesOf(history));
      decided += live.decisions.length;
      expectSame(log, live);
    }),
    { numRuns: 120 },
  );
  expect(decided).toBeGreaterThan(20);
});

test('a search for the load decides live what it decides when it is replayed, bit for bit', async () => {
  const judging = { ...options, max_level_seconds: 5, precision: 0.3 };
  const auto = { num_clients: 'auto', max_clients: 12 };
  const decided = new Set<string>();
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const batches = batchesOf(history).map((batch) =>
        batch.map((event) => (event.type === 'sweep.started' ? { ...event, options: auto } : event)),
      );
      const log = createMemoryLog();
      const live = await runLive(log, batches, judging);
      for (const { criterion } of live.decisions) decided.add(criterion);
      expectSame(log, live, judging);
    }),
    { numRuns: 60 },
  );
  expect([...decided]).toContain('num_clients');
});

test('a cold reader of the log on disk concludes the same, bit for bit', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const path = join(folder, `${runs++}`, 'log.mdb');
      const log = createLmdbLog(path);
      const live = await runLive(log, batchesOf(history));
      await log.close();
      const reader = openLmdbLog(path);
      expectSame(reader, live);
      await reader.close();
    }),
    { numRuns: 12 },
  );
});

test('a replay of a log that breaks off anywhere is a whole report of what it holds', () => {
  fc.assert(
    fc.property(histories, fc.double({ min: 0.05, max: 1, noNaN: true }), (history, share) => {
      const events = runLog(
        { seed: history.seed, planned: 30, failureRatio: history.failureRatio },
        [3, 6],
        history.seed,
      );
      const kept = events.slice(0, Math.ceil(events.length * share));
      const { summary } = replay([kept], options);
      expect(summary.levels).toHaveLength(kept.filter(({ type }) => type === 'level.prepared').length);
      for (const { requests } of summary.levels) {
        const { planned, completed, failed, empty, cutOff, unsent } = requests;
        expect(completed + failed + empty + cutOff + unsent).toBe(planned);
      }
    }),
    { numRuns: 60 },
  );
});

test('another log has another digest', () => {
  const one = replay([runLog({ seed: 1 }, [1, 2])], options);
  expect(replay([runLog({ seed: 2 }, [1, 2])], options).digest).not.toBe(one.digest);
  expect(replay([runLog({ seed: 1 }, [1])], options).digest).not.toBe(one.digest);
});
