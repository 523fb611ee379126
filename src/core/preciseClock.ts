import { Worker } from 'node:worker_threads';
import { type Clock, monotonicMs } from './clock.ts';

/** What the thread is told: when to wake us, and that it was told anew. */
export interface AlarmMemory {
  /** Counts up whenever `atMs` has changed. */
  readonly version: Int32Array;
  /** One moment, by `monotonicMs`; `Infinity` for none. */
  readonly atMs: Float64Array;
}

/**
 * A clock whose timers are exact to a tenth of a millisecond, where those of the event loop count whole ones: a thread of its own waits
 * for the earliest. It has the time of `clock`. For few timers at once, that are worth a thread.
 */
export function createPreciseClock(clock: Clock): Clock {
  const memory: AlarmMemory = {
    version: new Int32Array(new SharedArrayBuffer(4)),
    atMs: new Float64Array(new SharedArrayBuffer(8)).fill(Number.POSITIVE_INFINITY),
  };
  const thread = new Worker(new URL(import.meta.resolve('./alarmThread.js')), { workerData: memory });
  thread.unref();
  const timers = new Map<number, { readonly atMs: number; readonly callback: () => void }>();
  let last = 0;

  function waitForEarliest(): void {
    memory.atMs[0] = Math.min(...[...timers.values()].map(({ atMs }) => atMs));
    Atomics.add(memory.version, 0, 1);
    Atomics.notify(memory.version, 0);
  }

  thread.on('message', () => {
    const nowMs = monotonicMs();
    const due = [...timers].filter(([, { atMs }]) => atMs <= nowMs).sort(([, one], [, other]) => one.atMs - other.atMs);
    for (const [id, { callback }] of due) if (timers.delete(id)) callback();
    if (timers.size > 0) waitForEarliest();
  });

  return {
    nowMs: () => clock.nowMs(),
    setTimeout(callback, delayMs) {
      timers.set(++last, { atMs: monotonicMs() + delayMs, callback });
      waitForEarliest();
      return last;
    },
    clearTimeout: (timer) => void timers.delete(timer as number),
  };
}
