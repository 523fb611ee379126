import { randomStreams } from '../core/random.ts';
import type { PrefixOptions } from './prefixOptions.ts';
import type { PrefixPart } from './requestShape.ts';

const none: readonly PrefixPart[] = [];

/**
 * Which beginning a request shares with others: its group is drawn from the seed and its number, with weights
 * 1 / k^prefix_zipf for k = 1 ... prefix_groups.
 */
export function createPrefixGroups(options: PrefixOptions, seed: number): (request: number) => readonly PrefixPart[] {
  const { prefix_tokens: tokens, prefix_groups: groups, prefix_zipf: exponent } = options;
  if (tokens === 0) return () => none;
  const shares = cumulativeShares(groups, exponent);
  const streams = randomStreams(seed, 'prefix group');
  return (request) => [{ number: firstAbove(shares, streams(request)()), tokens }];
}

function cumulativeShares(groups: number, exponent: number): Float64Array {
  const shares = new Float64Array(groups);
  let total = 0;
  for (let group = 0; group < groups; group++) {
    total += (group + 1) ** -exponent;
    shares[group] = total;
  }
  return shares.map((share) => share / total);
}

/** The first place whose share is above `value`, of ascending shares up to 1. */
function firstAbove(shares: Float64Array, value: number): number {
  let low = 0;
  let high = shares.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((shares[middle] ?? 1) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
