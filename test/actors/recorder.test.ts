import { expect, test } from 'vitest';
import { createRecorder } from '../../src/actors/recorder.ts';
import { unpackEvents } from '../../src/events/codec.ts';
import type { Batch, EventLog, RecordedBatch } from '../../src/events/eventLog.ts';
import type { RunWarned } from '../../src/events/events.ts';

function warned(atMs: number): RunWarned {
  return { type: 'run.warned', worker: 0, atMs, message: '' };
}

/** A log whose batches are acknowledged, or refused, when the test says so, in any order. */
function createManualLog() {
  const waiting: { acknowledge: () => void; refuse: (error: Error) => void }[] = [];
  let nextSeq = 0;
  const log: EventLog = {
    append: ({ packed, count }: Batch) => {
      const firstSeq = nextSeq;
      nextSeq += count;
      return new Promise<RecordedBatch>((resolve, refuse) => {
        const acknowledge = () => resolve({ firstSeq, events: unpackEvents(packed, firstSeq), texts: [] });
        waiting.push({ acknowledge, refuse });
      });
    },
    appendSource: async () => {},
    close: async () => {},
  };
  return { log, waiting };
}

test('an event is seen once the log has acknowledged it and all before it', async () => {
  const { log, waiting } = createManualLog();
  const recorder = createRecorder(log);
  const seen: number[] = [];
  recorder.recorded$.subscribe(({ events }) => seen.push(...events.map(({ seq }) => seq)));
  recorder.emit(warned(1), warned(2));
  recorder.emit(warned(3));
  const settled = recorder.settled();
  waiting[1]?.acknowledge();
  await Promise.resolve();
  expect(seen).toEqual([]);
  waiting[0]?.acknowledge();
  await settled;
  expect(seen).toEqual([0, 1, 2]);
});

test('what is submitted while others listen is settled as well', async () => {
  const { log, waiting } = createManualLog();
  const recorder = createRecorder(log);
  recorder.recorded$.subscribe(({ firstSeq }) => {
    if (firstSeq === 0) recorder.emit(warned(2));
  });
  recorder.emit(warned(1));
  waiting[0]?.acknowledge();
  await recorder.settled();
  const settled = recorder.settled();
  waiting[1]?.acknowledge();
  await settled;
  expect(waiting).toHaveLength(2);
});

test('a log that refuses a batch ends the stream with its error, for everybody who waits', async () => {
  const { log, waiting } = createManualLog();
  const recorder = createRecorder(log);
  const errors: unknown[] = [];
  recorder.recorded$.subscribe({ error: (error) => errors.push(error) });
  recorder.emit(warned(1));
  recorder.emit(warned(2));
  const settled = recorder.settled();
  const error = new Error('disk full');
  waiting[0]?.refuse(error);
  waiting[1]?.refuse(error); // nobody waits for this one any more
  await expect(settled).rejects.toBe(error);
  await expect(recorder.settled()).rejects.toBe(error);
  expect(errors).toEqual([error]);
});
