/**
 * Time, as everything here sees it. Only this file reads the machine's clocks.
 *
 * Stamps are milliseconds as floats on the machine's monotonic clock, relative to the start of the run, so that stamps
 * of several processes on one machine can be compared.
 */
export interface Clock {
  /** Milliseconds since the run's start, monotonic. */
  nowMs(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

const { offsetMs: monotonicOffsetMs, errorMs } = measureOffset();

/**
 * How far stamps of this process can be from the machine's monotonic clock: stamps of two processes can be apart by the sum of
 * theirs. Between them there is no drift, since both clocks are readings of one.
 */
export const clockErrorMs = errorMs;

/** Milliseconds on the machine's monotonic clock: comparable across processes of one machine, meaningless elsewhere. */
export function monotonicMs(): number {
  return performance.now() + monotonicOffsetMs;
}

/** The clock of a run that began when {@link monotonicMs} gave `originMs`. */
export function createRunClock(originMs: number): Clock {
  const shiftMs = monotonicOffsetMs - originMs;
  return {
    nowMs: () => performance.now() + shiftMs,
    setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
  };
}

/** The wall clock: for a date that is kept, said, or compared with one from elsewhere. What is measured is monotonic. */
export function wallClock(): Date {
  return new Date();
}

// performance.now() counts from the start of each process. It is used all the same because it costs half of hrtime();
// the tightest of several paired readings gives the constant that ties it to the machine's clock; it was read somewhere between the two.
function measureOffset(): { readonly offsetMs: number; readonly errorMs: number } {
  let offsetMs = 0;
  let tightest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 64; attempt++) {
    const before = performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    const after = performance.now();
    if (after - before < tightest) {
      tightest = after - before;
      offsetMs = seconds * 1000 + nanoseconds / 1e6 - (before + after) / 2;
    }
  }
  return { offsetMs, errorMs: tightest / 2 };
}
