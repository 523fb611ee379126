import type { OptionSlice } from '../core/optionSlice.ts';
import { type ComposedOptions, composeSchema } from './composedSchema.ts';
import { parseFlags } from './flags.ts';
import { expandCombinations } from './givenOptions.ts';
import { describeOptions } from './optionSpec.ts';
import { refuseProblems } from './problems.ts';

/** The arguments of a verb that has flags only. */
export interface ResolvedOptions<Options> {
  readonly options: Options;
  readonly positionals: readonly string[];
  /** Names of the options that were given; the others have their defaults. */
  readonly given: ReadonlySet<string>;
}

/**
 * Resolves the flags of a verb that does not sweep.
 * @param positionals how many arguments without a flag it takes at most
 * @throws SpeedometerError `usage` with every problem, one a line
 */
export function resolveOptions<const Slices extends readonly OptionSlice[]>(
  argv: readonly string[],
  slices: Slices,
  positionals = 0,
): ResolvedOptions<ComposedOptions<Slices>> {
  const flags = parseFlags(argv, describeOptions(slices));
  const several = [...flags.given.values()].filter((option) => option.alternatives.length > 1);
  refuseProblems([
    ...flags.problems,
    ...several.map(({ place, alternatives }) => `${place}: expected one value, got ${alternatives.length}`),
    ...flags.positionals.slice(positionals).map((word) => `${word}: expected an option, which begins with --`),
  ]);
  const options = composeSchema(slices).parse(expandCombinations(flags.given)[0] ?? {});
  return { options, positionals: flags.positionals, given: new Set(flags.given.keys()) };
}
