import { createHash } from 'node:crypto';
import type { OptionSpec } from './optionSpec.ts';
import { publicOptions } from './publicOptions.ts';
import { type RunOptions, runOptionSpecs } from './runOptions.ts';

/**
 * 16 hexadecimal digits of SHA-256 over the options that can change a level's figures. Neither what is for show (see
 * `presentation`), nor secrets, nor options of other clients are in it, and their order does not matter.
 *
 * @param contents what was found in files, by the option that names them: it counts in place of the name, under which a file
 *   may have changed
 */
export function optionsDigest(
  options: RunOptions,
  contents: Readonly<Record<string, string>> = {},
  specs: readonly OptionSpec[] = runOptionSpecs,
): string {
  const shown: Readonly<Record<string, unknown>> = publicOptions(options, specs);
  const relevant = specs
    .filter(({ meta, name }) => meta.presentation !== true && name in shown)
    .filter(({ apis }) => apis === undefined || apis.includes(options.api))
    .map(({ name }) => [name, contents[name] ?? shown[name]] as const)
    // An option that moves in the code must move no digest.
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(relevant)).digest('hex').slice(0, 16);
}
