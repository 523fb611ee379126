import { fileURLToPath } from 'node:url';
import { crossCheck, findDisagreements } from './crossChecks.ts';
import { parseFlags } from './flags.ts';
import {
  countCombinations,
  expandCombinations,
  type GivenOptions,
  mostCombinations,
  type ReadOptions,
} from './givenOptions.ts';
import type { OptionSpec } from './optionSpec.ts';
import { refuseProblems } from './problems.ts';
import { readValues } from './readValues.ts';
import { type RunOptions, type RunSchema, runSchema } from './runOptions.ts';

/** What `run` is asked to do. */
export interface RunInvocation {
  /** The options of each sweep, in order: never empty, no two alike. */
  readonly combinations: readonly [RunOptions, ...RunOptions[]];
  /** To be shown and kept in the log. */
  readonly warnings: readonly string[];
  /** Where each option was given: `--prompt_length`, or `sweep.yaml:7:1  prompt_length`; the defaults are not in it. */
  readonly given: ReadonlyMap<string, string>;
  /** The preset that was taken because there were no arguments at all. */
  readonly preset?: string;
  /** All options that there are, those of clients from outside among them. */
  readonly specs: readonly OptionSpec[];
}

const preset = 'presets/first-run.yaml';
const presetPath = fileURLToPath(new URL(`../../${preset}`, import.meta.url));

/**
 * Resolves the arguments of `run`: defaults, then YAML files, then flags, which hold in all files. Each file is a set of
 * combinations of its own, one after the other; without arguments the preset of `npm start` is the only file.
 * @throws SpeedometerError `usage` with every problem, one a line
 */
export async function resolveRuns(argv: readonly string[], schema = runSchema): Promise<RunInvocation> {
  const { specs } = schema;
  const usesPreset = argv.length === 0;
  const flags = parseFlags(argv, specs);
  const paths = usesPreset ? [presetPath] : (flags.given.get('config_file')?.alternatives.flat() ?? []);
  const files = await readFiles(paths as readonly string[], specs);
  refuseProblems([
    ...flags.problems,
    ...flags.positionals.map((word) => `${word}: expected an option, which begins with --`),
    ...files.flatMap((file) => file.problems),
  ]);
  const sets = files.map((file): GivenOptions => new Map([...file.given, ...flags.given]));
  const { combinations, warnings } = combine(sets, schema);
  const given = new Map(sets.flatMap((set) => [...set].map(([name, { place }]) => [name, place] as const)).reverse());
  return {
    combinations,
    warnings: [...new Set([...flags.warnings, ...files.flatMap((file) => file.warnings), ...warnings])],
    given,
    specs,
    ...(usesPreset ? { preset } : {}),
  };
}

/**
 * Resolves options that a program gives as an object: names as in YAML, a list stands for a sweep over its values.
 * @throws SpeedometerError `usage` with every problem, one a line
 */
export function resolveValues(values: Readonly<Record<string, unknown>>, schema = runSchema): RunInvocation {
  const { specs } = schema;
  const read = readValues(values, specs);
  refuseProblems(read.problems);
  const { combinations, warnings } = combine([read.given], schema);
  const given = new Map([...read.given].map(([name, { place }]) => [name, place]));
  return { combinations, warnings: [...new Set([...read.warnings, ...warnings])], given, specs };
}

async function readFiles(paths: readonly string[], specs: readonly OptionSpec[]): Promise<readonly ReadOptions[]> {
  if (paths.length === 0) return [{ given: new Map(), warnings: [], problems: [] }];
  const { readConfigFile } = await import('./configFile.ts'); // yaml is not needed for help
  return paths.map((path) => readConfigFile(path, specs));
}

function combine(sets: readonly GivenOptions[], { specs, complete }: RunSchema) {
  const count = sets.reduce((sum, set) => sum + countCombinations(set), 0);
  if (count > mostCombinations)
    refuseProblems([`${count} combinations of options, expected at most ${mostCombinations}`]);
  const byContent = new Map<string, RunOptions>();
  const warnings: string[] = [];
  const problems: string[] = [];
  for (const set of sets) {
    for (const combination of expandCombinations(set)) {
      const options = complete(combination);
      const checked = crossCheck(options, set, specs);
      warnings.push(...checked.warnings);
      problems.push(...checked.problems);
      byContent.set(JSON.stringify(options), options);
    }
  }
  const combinations = [...byContent.values()] as [RunOptions, ...RunOptions[]];
  refuseProblems([...new Set([...problems, ...findDisagreements(combinations, specs)])]);
  return { combinations, warnings };
}
