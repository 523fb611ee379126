import { createLookup, distinct, type GivenOption, type OptionLookup, type ReadOptions } from './givenOptions.ts';
import { didYouMean } from './nearestName.ts';
import type { OptionSpec } from './optionSpec.ts';
import { checkValue, describeExpected } from './optionValue.ts';

/** What the command line said. */
export interface ReadFlags extends ReadOptions {
  /** Arguments that belong to no flag. */
  readonly positionals: readonly string[];
}

/** A flag as it was typed, with the words after it. */
interface Occurrence {
  readonly spec: OptionSpec;
  readonly words: readonly string[];
}

/**
 * Reads `--name value ...`. `--kebab-case` is `--snake_case`; `--name=value` is one more spelling; a list, or an option
 * that expands, takes all words up to the next flag; a boolean needs none, and `--no_name` makes it false. The last one
 * of a repeated flag wins, except for options that accumulate. Everything after `--` is positional.
 */
export function parseFlags(argv: readonly string[], specs: readonly OptionSpec[]): ReadFlags {
  const { occurrences, positionals, warnings, problems } = splitArguments(argv, createLookup(specs));
  const given = new Map<string, GivenOption>();
  for (const [name, occurrence] of lastOccurrences(occurrences)) {
    const place = `--${name}`;
    const read = readWords(occurrence);
    if ('problem' in read) problems.push(`${place}: ${read.problem}`);
    else given.set(name, { place, alternatives: read.alternatives });
  }
  return { given, positionals, warnings, problems };
}

function splitArguments(argv: readonly string[], lookup: OptionLookup) {
  const occurrences: Occurrence[] = [];
  const positionals: string[] = [];
  const warnings: string[] = [];
  const problems: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') positionals.push(...rest.splice(0));
    else if (!isFlag(word)) positionals.push(word);
    else {
      const { name, inline } = splitFlag(word);
      const found = findFlag(name, lookup);
      if (found === undefined) {
        problems.push(`${word.split('=', 1)[0]}: unknown option.${didYouMean(name, lookup.names, '--')}`);
        takeWords(rest, Number.POSITIVE_INFINITY);
        continue;
      }
      const { spec, misspelled, negates } = found;
      if (misspelled) warnings.push(`--${name}: taken as --${spec.name}, which is the right spelling`);
      if (negates && inline !== undefined) problems.push(`--${name}: expected no value, got "${inline}"`);
      const said = negates ? 'false' : inline;
      occurrences.push({ spec, words: said === undefined ? wordsFor(spec, rest) : [said] });
    }
  }
  return { occurrences, positionals, warnings, problems };
}

function isFlag(word: string): boolean {
  return /^--?[a-z]/i.test(word);
}

function splitFlag(word: string): { readonly name: string; readonly inline?: string } {
  const equals = word.indexOf('=');
  const end = equals === -1 ? word.length : equals;
  const name = word.slice(0, end).replace(/^--?/, '').replaceAll('-', '_');
  return equals === -1 ? { name } : { name, inline: word.slice(equals + 1) };
}

/** The option of a name, or the boolean that `no_name` makes false. */
function findFlag(name: string, lookup: OptionLookup) {
  const found = lookup.find(name);
  if (found !== undefined) return { ...found, negates: false };
  const positive = name.startsWith('no_') ? lookup.find(name.slice('no_'.length)) : undefined;
  return positive?.spec.value.type === 'boolean' ? { ...positive, negates: true } : undefined;
}

function wordsFor(spec: OptionSpec, rest: string[]): readonly string[] {
  if (spec.meta.takesFlags === true) return rest.splice(0, 1);
  const limit = spec.isList || spec.meta.expands === true ? Number.POSITIVE_INFINITY : 1;
  if (spec.value.type !== 'boolean') return takeWords(rest, limit);
  const words = takeWords(rest, limit, (word) => /^(true|false)$/i.test(word));
  return words.length === 0 ? ['true'] : words;
}

/** Takes words off the front, up to the next flag. */
function takeWords(rest: string[], limit: number, belongs: (word: string) => boolean = () => true): string[] {
  const end = rest.findIndex((word, index) => index >= limit || word === '--' || isFlag(word) || !belongs(word));
  return rest.splice(0, end === -1 ? Math.min(rest.length, limit) : end);
}

function lastOccurrences(occurrences: readonly Occurrence[]): ReadonlyMap<string, Occurrence> {
  const last = new Map<string, Occurrence>();
  for (const { spec, words } of occurrences) {
    const before = spec.meta.accumulates === true ? (last.get(spec.name)?.words ?? []) : [];
    last.delete(spec.name); // so that the order is that of the occurrences which count
    last.set(spec.name, { spec, words: [...before, ...words] });
  }
  return last;
}

function readWords({ spec, words }: Occurrence): { readonly alternatives: readonly unknown[] } | { problem: string } {
  const several = spec.isList || spec.meta.expands === true;
  const values = (several && spec.value.type !== 'string' ? splitAtCommas(words) : words).map((word) =>
    readWord(spec, word),
  );
  if (values.length === 0) return { problem: `expected ${describeExpected(spec)}, got nothing` };
  const alternatives: unknown[] = [];
  for (const raw of spec.isList ? [values] : values) {
    const checked = checkValue(spec, raw);
    if ('problem' in checked) return checked;
    alternatives.push(checked.value);
  }
  return { alternatives: distinct(alternatives) };
}

function splitAtCommas(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => word.split(',')).filter((word) => word !== '');
}

const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

// What does not read as its type stays text, for the check to refuse it in words.
function readWord(spec: OptionSpec, word: string): unknown {
  switch (spec.value.type) {
    case 'boolean':
      return /^true$/i.test(word) ? true : /^false$/i.test(word) ? false : word;
    case 'integer':
    case 'number':
      return number.test(word) ? Number(word) : word;
    case 'string':
      return word;
  }
}
