import { randomLogNormal, randomNormal, randomUniform } from 'd3-random';
import type { RandomStream } from '../core/random.ts';

/** How lengths can be spread around their mean. */
export const lengthShapes = ['normal', 'lognormal', 'uniform', 'fixed'] as const;

export type LengthShape = (typeof lengthShapes)[number];

/** A whole number of tokens for a request, from a stream of its own. */
export interface LengthDistribution {
  readonly shape: LengthShape;
  readonly mean: number;
  /** Standard deviation as a share of the mean. */
  readonly var: number;
  /** No draw is larger. */
  readonly max: number;
}

// The mean lies in [1, max], so at the widest (sd ten times the mean) one draw in 26 is inside; the bound only says so.
const mostDraws = 1000;

/**
 * A draw, rounded, repeated until it lies in [1, max] (a truncated distribution). With `var` 0, or `fixed`, it is exactly
 * the mean.
 *
 * - `normal`: mean and sd as asked.
 * - `lognormal`: exp of a normal with sigma^2 = ln(1 + var^2) and mu = ln(mean) - sigma^2 / 2.
 * - `uniform`: from mean - sqrt(3) sd to mean + sqrt(3) sd.
 */
export function drawLength(lengths: LengthDistribution, random: RandomStream): number {
  const { mean, max } = lengths;
  if (lengths.shape === 'fixed' || lengths.var === 0) return clamp(mean, max);
  const draw = sampler(lengths, random);
  for (let attempt = 0; attempt < mostDraws; attempt++) {
    const length = Math.round(draw());
    if (length >= 1 && length <= max) return length;
  }
  return clamp(mean, max);
}

function sampler({ shape, mean, var: share }: LengthDistribution, random: RandomStream): () => number {
  const sd = share * mean;
  if (shape === 'lognormal') {
    const sigma2 = Math.log1p(share ** 2);
    return randomLogNormal.source(random)(Math.log(mean) - sigma2 / 2, Math.sqrt(sigma2));
  }
  if (shape === 'uniform') return randomUniform.source(random)(mean - Math.sqrt(3) * sd, mean + Math.sqrt(3) * sd);
  return randomNormal.source(random)(mean, sd);
}

function clamp(length: number, max: number): number {
  return Math.min(max, Math.max(1, Math.round(length)));
}
