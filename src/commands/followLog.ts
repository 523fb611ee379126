import type { Clock } from '../core/clock.ts';
import type { EventLogReader, RecordedBatch } from '../events/eventLog.ts';
import type { Recorded, RunFinished } from '../events/events.ts';
import { LogDamage } from '../events/logDamage.ts';
import { latestMs, reached } from './logTime.ts';

/** Why a log is no longer followed. */
export type FollowEnd =
  | { readonly why: 'finished'; readonly finished: RunFinished }
  | { readonly why: 'gone' }
  | { readonly why: 'stopped' }
  | { readonly why: 'damaged'; readonly damage: LogDamage };

export interface Following {
  readonly log: EventLogReader;
  /** Whether the process that writes the log still runs. */
  readonly isWriterAlive: () => boolean;
  /** Whether the reader has seen enough. */
  readonly isStopped: () => boolean;
  /** Takes each batch, without texts. */
  readonly take: (batch: RecordedBatch) => void;
  /** Times the looks at the log. */
  readonly clock: Clock;
  /** Keeps events to their times; without one they come as soon as they are there. */
  readonly pace?: Clock;
}

const lookEveryMs = 250;
/** So many batches are read at a time: then keys are heard and frames are drawn, and no snapshot of the log is held. */
const batchesAtOnce = 64;

/**
 * Reads a log from its beginning, and then what comes, until the run is finished, its process is gone without an end, the
 * reader has seen enough, or an event cannot be read.
 */
export async function followLog(following: Following): Promise<FollowEnd> {
  const { log, isWriterAlive, isStopped, take, clock, pace } = following;
  let nextSeq = 0;
  for (;;) {
    // Before the look: what it wrote last is there by then.
    const wasAlive = isWriterAlive();
    const { batches, damage } = readSome(log, nextSeq);
    for (const events of batches) {
      if (pace !== undefined) await paced(events, pace, isStopped);
      if (isStopped()) return { why: 'stopped' };
      take({ firstSeq: nextSeq, events, texts: [] });
      nextSeq += events.length;
      const last = events.at(-1);
      if (last?.type === 'run.finished') return { why: 'finished', finished: last };
    }
    if (damage !== undefined) return { why: 'damaged', damage };
    if (isStopped()) return { why: 'stopped' };
    if (batches.length === 0 && !wasAlive) return { why: 'gone' };
    await pause(clock, batches.length === 0 ? lookEveryMs : 0);
  }
}

function readSome(
  log: EventLogReader,
  fromSeq: number,
): { readonly batches: readonly (readonly Recorded[])[]; readonly damage?: LogDamage } {
  const batches: (readonly Recorded[])[] = [];
  try {
    for (const events of log.batches(fromSeq)) {
      if (events.length > 0) batches.push(events);
      if (batches.length === batchesAtOnce) break;
    }
  } catch (thrown) {
    if (!(thrown instanceof LogDamage)) throw thrown;
    return { batches, damage: thrown };
  }
  return { batches };
}

/** Waits for a batch's time in short pieces, so that a reader who stops need not wait for a long silence. */
async function paced(events: readonly Recorded[], pace: Clock, isStopped: () => boolean): Promise<void> {
  const untilMs = latestMs(events);
  while (!isStopped() && pace.nowMs() < untilMs) await reached(Math.min(untilMs, pace.nowMs() + lookEveryMs), pace);
}

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimeout(resolve, delayMs));
}
