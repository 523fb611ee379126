import { expect, test } from 'vitest';
import { followLog } from '../../src/commands/followLog.ts';
import type { Clock } from '../../src/core/clock.ts';
import { packBatch } from '../../src/events/codec.ts';
import type { RunEvent } from '../../src/events/events.ts';
import { createMemoryLog } from '../../src/events/memoryLog.ts';
import { runLog } from '../metrics/runLog.ts';

const events = runLog({ seed: 4, planned: 20 }, [1, 2]);
const batches = Array.from({ length: Math.ceil(events.length / 7) }, (_, index) =>
  events.slice(7 * index, 7 * index + 7).map(({ seq: _seq, ...event }) => event as RunEvent),
);

/** Follows a log that grows by a batch at each look, until all that is `there` has been written. */
async function follow({ there = batches.length, writerEndsAt = Number.POSITIVE_INFINITY, stopAfter = 1e9 } = {}) {
  const log = createMemoryLog();
  let written = 0;
  let looks = 0;
  const taken: RunEvent['type'][] = [];
  const seqs: number[] = [];
  const clock: Clock = {
    nowMs: () => 0,
    setTimeout: (callback) => {
      looks++;
      const next = written < there ? batches[written++] : undefined;
      void (next === undefined ? Promise.resolve() : log.append(packBatch(next))).then(callback);
    },
    clearTimeout: () => {},
  };
  const end = await followLog({
    log,
    clock,
    isWriterAlive: () => looks < writerEndsAt,
    isStopped: () => taken.length >= stopAfter,
    take: (batch) => {
      taken.push(...batch.events.map(({ type }) => type));
      seqs.push(...batch.events.map(({ seq }) => seq));
      expect(batch.firstSeq).toBe(batch.events[0]?.seq);
    },
  });
  return { end, taken, seqs };
}

test('it takes every event once, in order, and ends with the run', async () => {
  const { end, seqs } = await follow();
  expect(end).toMatchObject({ why: 'finished', finished: { exitCode: 0 } });
  expect(seqs).toEqual(events.map((_, seq) => seq));
});

test('it ends where the process is gone, after all that it wrote', async () => {
  const there = batches.length - 1;
  const { end, taken } = await follow({ there, writerEndsAt: there });
  expect(end).toEqual({ why: 'gone' });
  expect(taken).toHaveLength(7 * there);
});

test('it ends when its reader has seen enough', async () => {
  const { end, taken } = await follow({ stopAfter: 14 });
  expect(end).toEqual({ why: 'stopped' });
  expect(taken).toHaveLength(14);
});
