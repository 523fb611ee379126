import type { Clock } from '../core/clock.ts';
import type { ExchangeDesk } from './exchangeDesk.ts';

/** What is due sooner than this is waited for in turns of the event loop: setting a timer takes as long. */
const shortestSleepMs = 0.05;

/**
 * Lets a loop sleep until the earliest moment that it has asked for. It may wake before a later one, and finds nothing to do.
 *
 * @returns asks for a moment, by the desk's clock
 */
export function createSleeper(clock: Clock, desk: ExchangeDesk, onAwake: () => void): (untilMs: number) => void {
  let wakesAtMs = Number.POSITIVE_INFINITY;
  let timer: unknown;

  function wake(): void {
    wakesAtMs = Number.POSITIVE_INFINITY;
    onAwake();
  }

  return (untilMs) => {
    if (wakesAtMs <= untilMs) return;
    clock.clearTimeout(timer);
    wakesAtMs = untilMs;
    const waitMs = untilMs - desk.nowMs();
    if (waitMs < shortestSleepMs) desk.defer(wake);
    else timer = clock.setTimeout(wake, waitMs);
  };
}
