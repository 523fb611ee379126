import fc from 'fast-check';
import { from, map, tap } from 'rxjs';
import { expect, test } from 'vitest';
import { criteria } from '../../src/criteria/registry.ts';
import { replay } from '../../src/criteria/replay.ts';
import { packBatch, unpackEvents } from '../../src/events/codec.ts';
import type { Recorded } from '../../src/events/events.ts';
import { analysed } from '../../src/metrics/analysed.ts';
import { Digest } from '../../src/metrics/digest.ts';
import { RunFold } from '../../src/metrics/runFold.ts';
import { runLog } from '../metrics/runLog.ts';

const options = {
  window_seconds: 2,
  early_stop_latency: 0.2,
  max_error_ratio: 0.2,
  max_level_seconds: 1,
  stop_at_plateau: true,
};

/** What the process that runs the benchmark does: the figures and decisions of a stream that goes by once. */
function liveDigest(log: readonly Recorded[]): { digest: string; decisions: number; summary: object } {
  const fold = new RunFold(options);
  const digest = new Digest();
  let decisions = 0;
  from(log)
    .pipe(
      analysed(fold),
      tap((item) => digest.add(item)),
      criteria(options),
      map((decision) => digest.addDecision(decision)),
    )
    .subscribe(() => decisions++);
  return { digest: digest.hex(), decisions, summary: fold.summary() };
}

/** The log as another process reads it: packed in batches of any size. */
function* stored(log: readonly Recorded[], batchSize: number): Iterable<Recorded> {
  for (let from = 0; from < log.length; from += batchSize) {
    yield* unpackEvents(packBatch(log.slice(from, from + batchSize)).packed, from);
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
        const live = liveDigest(log);
        const cold = replay(stored(log, batchSize), options);
        expect(cold.digest).toBe(live.digest);
        expect(cold.summary).toEqual(live.summary);
        expect(cold.decisions).toHaveLength(live.decisions);
        decided += live.decisions;
      },
    ),
    { numRuns: 40 },
  );
  expect(decided).toBeGreaterThan(0);
});

test('another log has another digest', () => {
  const one = replay(runLog({ seed: 1 }, [1, 2]), options);
  expect(replay(runLog({ seed: 2 }, [1, 2]), options).digest).not.toBe(one.digest);
  expect(replay(runLog({ seed: 1 }, [1]), options).digest).not.toBe(one.digest);
});
