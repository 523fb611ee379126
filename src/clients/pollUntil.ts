import type { Clock } from '../core/clock.ts';

/** How often and how long to look. */
export interface Polling {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly limitMs: number;
  /** Ends the waiting at once. */
  readonly signal?: AbortSignal;
  /** Called before each pause with the time that has passed. */
  readonly onWait?: (elapsedMs: number) => void;
}

/** Looks until something holds. @returns whether it does; false once the limit is reached or the signal aborted */
export async function pollUntil(condition: () => boolean | Promise<boolean>, polling: Polling): Promise<boolean> {
  const { clock, everyMs, limitMs, signal, onWait } = polling;
  const startedAtMs = clock.nowMs();
  while (!(await condition())) {
    const elapsedMs = clock.nowMs() - startedAtMs;
    if (elapsedMs >= limitMs || signal?.aborted) return false;
    onWait?.(elapsedMs);
    await pause(clock, everyMs, signal);
  }
  return true;
}

function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimeout(end, ms);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
}
