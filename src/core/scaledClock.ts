import type { Clock } from './clock.ts';

/** A clock that goes `factor` times as fast as another one, its timers too. */
export function scaledClock(clock: Clock, factor: number): Clock {
  return {
    nowMs: () => clock.nowMs() * factor,
    setTimeout: (callback, delayMs) => clock.setTimeout(callback, delayMs / factor),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
}
