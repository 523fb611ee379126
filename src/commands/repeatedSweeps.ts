import type { RunOptions } from '../config/runOptions.ts';
import { repeatSeed } from '../workload/repeatOptions.ts';
import { withSearchSweeps } from './searchSweeps.ts';

/** A sweep before it is planned. */
export interface AskedSweep {
  readonly options: RunOptions;
  readonly seed: number;
  /** Which repeat of its options it is, from 1; absent where they are not repeated. */
  readonly repeat?: number;
}

/**
 * All sweeps that combinations of options stand for: those of a search, and the repeats of each, one after the other.
 * @param fresh the seed of those that give none
 * @throws SpeedometerError `usage` where an objective of a search cannot be read
 */
export function repeatedSweeps(
  combinations: readonly [RunOptions, ...RunOptions[]],
  fresh: number,
): readonly [AskedSweep, ...AskedSweep[]] {
  return withSearchSweeps(combinations).flatMap((options): readonly AskedSweep[] => {
    const { repeats, prompt_generator_seed: given } = options;
    if (repeats === 1) return [{ options, seed: given ?? fresh }];
    return Array.from({ length: repeats }, (_, index) => {
      const repeat = index + 1;
      const seed = repeatSeed(given ?? fresh, repeat);
      return { options: given === undefined ? options : { ...options, prompt_generator_seed: seed }, seed, repeat };
    });
  }) as unknown as readonly [AskedSweep, ...AskedSweep[]];
}
