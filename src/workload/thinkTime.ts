import { randomStreams } from '../core/random.ts';
import type { LoadOptions } from './loadOptions.ts';

/** How long clients think between an answer and their next request. */
export interface ThinkTime {
  readonly meanMs: number;
  readonly spread: 'fixed' | 'exponential';
  readonly seed: number;
}

/** The think time that options ask for. */
export function thinkTimeOf({ think_spread }: LoadOptions, seconds: number, seed: number): ThinkTime {
  return { meanMs: seconds * 1000, spread: think_spread, seed };
}

/**
 * Think times one after the other, in ms: the mean, or `-ln(1 - u) x mean` with u uniform in [0, 1).
 * @param stream tells clients apart, over the whole run
 */
export function thinkTimes({ meanMs, spread, seed }: ThinkTime, stream: number): () => number {
  if (spread === 'fixed') return () => meanMs;
  const uniform = randomStreams(seed, 'think time')(stream);
  return () => -Math.log(1 - uniform()) * meanMs;
}
