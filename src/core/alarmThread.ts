import { parentPort, workerData } from 'node:worker_threads';
import { monotonicMs } from './clock.ts';
import type { AlarmMemory } from './preciseClock.ts';

/** The thread of a precise clock: it does nothing but wait, until the moment that it was told, or until it is told another. */
const { version, atMs } = workerData as AlarmMemory;
for (;;) {
  const told = Atomics.load(version, 0);
  const waitMs = Math.max(0, (atMs[0] as number) - monotonicMs());
  if (Atomics.wait(version, 0, told, waitMs) !== 'timed-out') continue;
  parentPort?.postMessage(undefined);
  Atomics.wait(version, 0, told);
}
