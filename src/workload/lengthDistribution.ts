import { randomNormal } from 'd3-random';
import type { RandomStream } from '../core/random.ts';

/** A whole number of tokens for a request, from a stream of its own. */
export interface LengthDistribution {
  readonly mean: number;
  /** As a share of the mean. */
  readonly var: number;
  /** No draw is larger. */
  readonly max: number;
}

// The mean lies in [1, max], so at the widest (sd ten times the mean) one draw in 26 is inside; the bound only says so.
const mostDraws = 1000;

/**
 * A normal draw, rounded, repeated until it lies in [1, max] (a truncated normal distribution). With `var` 0 it is
 * exactly the mean.
 */
export function drawLength(lengths: LengthDistribution, random: RandomStream): number {
  const { mean, max } = lengths;
  if (lengths.var === 0) return clamp(mean, max);
  const draw = randomNormal.source(random)(mean, lengths.var * mean);
  for (let attempt = 0; attempt < mostDraws; attempt++) {
    const length = Math.round(draw());
    if (length >= 1 && length <= max) return length;
  }
  return clamp(mean, max);
}

function clamp(length: number, max: number): number {
  return Math.min(max, Math.max(1, Math.round(length)));
}
