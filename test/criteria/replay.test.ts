import fc from 'fast-check';
import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import type { Decision } from '../../src/criteria/criterion.ts';
import { createPipeline } from '../../src/criteria/pipeline.ts';
import { replay } from '../../src/criteria/replay.ts';
import { packBatch, unpackEvents } from '../../src/events/codec.ts';
import type { RecordedBatch } from '../../src/events/eventLog.ts';
import type { Recorded } from '../../src/events/events.ts';
import { runLog } from '../metrics/runLog.ts';

const options = {
  window_seconds: 2,
  early_stop_latency: 0.2,
  max_error_ratio: 0.2,
  max_level_seconds: 1,
  stop_at_plateau: true,
};

/** What the process that runs the benchmark does: figures and decisions of a stream that goes by once. */
function live(log: readonly Recorded[]): { digest: string; decisions: readonly Decision[]; summary: object } {
  const recorded$ = new Subject<Pick<RecordedBatch, 'events'>>();
  const pipeline = createPipeline(recorded$, options);
  const decisions: Decision[] = [];
  pipeline.decisions$.subscribe((decision) => decisions.push(decision));
  for (const event of log) recorded$.next({ events: [event] });
  return { digest: pipeline.digest(), decisions, summary: pipeline.summary() };
}

/** The log as another process reads it: packed in batches of any size. */
function* stored(log: readonly Recorded[], batchSize: number): Iterable<readonly Recorded[]> {
  for (let from = 0; from < log.length; from += batchSize) {
    yield unpackEvents(packBatch(log.slice(from, from + batchSize)).packed, from);
  }
}

test('a replay of the stored log equals the live run, bit for bit', () => {
  let decided = 0;
  fc.assert(
    fc.property(
      fc.nat(1e6),
      fc.integer({ min: 1, max: 300 }),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(0, 0.3),
      (seed, batchSize, streaming, chunkTokens, failureRatio) => {
        const log = runLog({ seed, planned: 40, streaming, chunkTokens, failureRatio }, [1, 3, 6], seed);
        const warm = live(log);
        const cold = replay(stored(log, batchSize), options);
        expect(cold.digest).toBe(warm.digest);
        expect(cold.summary).toEqual(warm.summary);
        expect(cold.decisions).toEqual(warm.decisions);
        decided += warm.decisions.length;
      },
    ),
    { numRuns: 40 },
  );
  expect(decided).toBeGreaterThan(0);
});

test('another log has another digest', () => {
  const one = replay([runLog({ seed: 1 }, [1, 2])], options);
  expect(replay([runLog({ seed: 2 }, [1, 2])], options).digest).not.toBe(one.digest);
  expect(replay([runLog({ seed: 1 }, [1])], options).digest).not.toBe(one.digest);
});
