import type { RunOptions } from '../config/runOptions.ts';
import { askedObjectives } from '../criteria/askedObjectives.ts';

/** A probe takes at most this, and 200 times the longest limit: a server that is a little too slow shows it late. */
const mostSeconds = 300;
const mostLimits = 200;

/**
 * The sweeps that combinations stand for: a search for a rate comes after a closed loop of the largest load, which tells
 * what the server gives at most.
 * @throws SpeedometerError `usage` where an objective cannot be read, or is none of single requests
 */
export function withSearchSweeps(
  combinations: readonly [RunOptions, ...RunOptions[]],
): readonly [RunOptions, ...RunOptions[]] {
  return combinations.flatMap((options) => {
    const asked = askedObjectives(options);
    const { search_rate, num_clients, level_seconds } = options;
    if (!search_rate || num_clients === 'auto') return [options];
    const probeSeconds = Math.max(mostSeconds, (mostLimits * (asked?.limitMs ?? 0)) / 1000);
    return [
      { ...options, search_rate: false, num_clients: [Math.max(...num_clients)], level_seconds: undefined },
      { ...options, level_seconds: level_seconds ?? probeSeconds },
    ];
  }) as unknown as readonly [RunOptions, ...RunOptions[]];
}
