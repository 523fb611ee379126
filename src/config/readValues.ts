import { createLookup, distinct, type GivenOption, type ReadOptions } from './givenOptions.ts';
import { didYouMean } from './nearestName.ts';
import type { OptionSpec } from './optionSpec.ts';
import { checkValue } from './optionValue.ts';

/** Reads options that a program gives by name; those that are `undefined` count as not given. */
export function readValues(values: Readonly<Record<string, unknown>>, specs: readonly OptionSpec[]): ReadOptions {
  const lookup = createLookup(specs);
  const given = new Map<string, GivenOption>();
  const warnings: string[] = [];
  const problems: string[] = [];
  for (const [name, raw] of Object.entries(values)) {
    if (raw === undefined) continue;
    const found = lookup.find(name);
    if (found === undefined || found.spec.meta.flagOnly === true) {
      const why =
        found === undefined ? `unknown option.${didYouMean(name, lookup.names)}` : 'only for the command line';
      problems.push(`${name}: ${why}`);
      continue;
    }
    const { spec, misspelled } = found;
    if (misspelled) warnings.push(`${name}: taken as ${spec.name}, which is the right spelling`);
    const checked = alternativesOf(spec, raw).map((value) => checkValue(spec, value));
    problems.push(...checked.flatMap((one) => ('problem' in one ? [`${name}: ${one.problem}`] : [])));
    const alternatives = checked.flatMap((one) => ('value' in one ? [one.value] : []));
    given.set(spec.name, { place: name, alternatives: distinct(alternatives) });
  }
  return { given, warnings, problems };
}

/** A list of an option that takes none stands for a sweep; one value of an option that takes a list is a list of one. */
function alternativesOf(spec: OptionSpec, raw: unknown): readonly unknown[] {
  if (spec.isList) return [Array.isArray(raw) ? raw : [raw]];
  const values: readonly unknown[] = Array.isArray(raw) && raw.length > 0 ? raw : [raw];
  return spec.meta.takesMapping === true ? values.map(asText) : values;
}

function asText(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
