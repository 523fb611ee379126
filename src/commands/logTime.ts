import type { Clock } from '../core/clock.ts';
import type { Recorded } from '../events/events.ts';

/** When a batch was there: once its last event had happened, ms since the run's start. */
export function latestMs(batch: readonly Recorded[]): number {
  return batch.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
}

/** Waits until a clock has reached a stamp. */
export async function reached(atMs: number, clock: Clock): Promise<void> {
  const leftMs = atMs - clock.nowMs();
  if (leftMs > 0) await new Promise<void>((resolve) => void clock.setTimeout(resolve, leftMs));
}
