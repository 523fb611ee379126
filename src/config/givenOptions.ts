import type { OptionSpec } from './optionSpec.ts';

/** What one source (the flags, or a file) says of an option. */
export interface GivenOption {
  /** `--prompt_length`, or `sweep.yaml:7:1  prompt_length`: how messages begin. */
  readonly place: string;
  /** Checked values, each of which makes a combination. A list option has one: the list. */
  readonly alternatives: readonly unknown[];
}

export type GivenOptions = ReadonlyMap<string, GivenOption>;

/** A source that was read. Its `problems` are collected, so that all of them can be told at once. */
export interface ReadOptions {
  readonly given: GivenOptions;
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
}

/** Finds options by the names and aliases that people write. */
export interface OptionLookup {
  find(name: string): { readonly spec: OptionSpec; readonly misspelled: boolean } | undefined;
  readonly names: readonly string[];
}

export function createLookup(specs: readonly OptionSpec[]): OptionLookup {
  const byName = new Map(specs.map((spec) => [spec.name, { spec, misspelled: false }]));
  for (const spec of specs) {
    for (const alias of spec.meta.aliases ?? []) byName.set(alias.name, { spec, misspelled: alias.warn });
  }
  return { find: (name) => byName.get(name), names: specs.map((spec) => spec.name) };
}

/** More sweeps than this in one run can only be a slip. */
export const mostCombinations = 10_000;

/** How many combinations {@link expandCombinations} would yield. */
export function countCombinations(given: GivenOptions): number {
  return [...given.values()].reduce((count, option) => count * option.alternatives.length, 1);
}

/** Every combination of the alternatives; those of the option that was given last vary fastest. */
export function expandCombinations(given: GivenOptions): readonly Readonly<Record<string, unknown>>[] {
  let combinations: Record<string, unknown>[] = [{}];
  for (const [name, option] of given) {
    combinations = combinations.flatMap((combination) =>
      option.alternatives.map((value) => ({ ...combination, [name]: value })),
    );
  }
  return combinations;
}

/** The same values without those that were there before. */
export function distinct(values: readonly unknown[]): readonly unknown[] {
  return [...new Set(values)];
}
