import type { ClientPhase, FailureKind } from '../events/events.ts';
import type { Histogram } from './histogram.ts';

/** Spread of one figure over the requests that completed in a window; percentiles within 1 %. */
export interface WindowSpread {
  readonly mean?: number;
  readonly p50?: number;
  readonly p90?: number;
  readonly p99?: number;
  readonly count: number;
}

/** What happened in the last seconds of a level. Warm-up requests are in none of it. */
export interface RollingWindow {
  readonly level: number;
  readonly sweep: number;
  /** Ms since the run's start; the first windows of a level are shorter, since they begin with it. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Completed with output, a second. */
  readonly requestsPerSec: number;
  /**
   * Tokens at the arrival of their chunk, a second. Where the server does not tell the tokens of a chunk it counts as
   * one, and the difference is made good when the request completes.
   */
  readonly outputTokensPerSec: number;
  /** From sending; in an open loop from when a request was due, as `e2eMs` does. */
  readonly ttftMs: WindowSpread;
  readonly tpotMs: WindowSpread;
  readonly e2eMs: WindowSpread;
  /** Of an open loop: the same from the sending, which hides what waited for it. */
  readonly fromSent?: { readonly ttftMs: WindowSpread; readonly e2eMs: WindowSpread };
  /** At the window's end. */
  readonly inFlight: number;
  readonly failures: Partial<Record<FailureKind, number>>;
  readonly empty: number;
  /** At the window's end. */
  readonly clients: Partial<Record<ClientPhase, number>>;
}

/** Reads a histogram as the spread of a window. */
export function toWindowSpread(histogram: Histogram): WindowSpread {
  const { mean, count } = histogram;
  if (mean === undefined) return { count };
  const quantile = (p: number): number => histogram.quantile(p) ?? mean;
  return { mean, p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99), count };
}
