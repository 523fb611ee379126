import { createHash } from 'node:crypto';
import type { OptionSpec } from './optionSpec.ts';
import { publicOptions } from './publicOptions.ts';
import { type RunOptions, runOptionSpecs } from './runOptions.ts';

/**
 * 16 hexadecimal digits of SHA-256 over the options that can change a level's figures. Neither what is for show (see
 * `presentation`), nor secrets, nor options of other clients are in it, and their order does not matter.
 *
 * @param promptText counts where the user named the text: a file may have changed under its name
 */
export function optionsDigest(
  options: RunOptions,
  promptText = '',
  specs: readonly OptionSpec[] = runOptionSpecs,
): string {
  const { prompt_text_source: named, ...rest } = publicOptions(options, specs);
  const shown: Readonly<Record<string, unknown>> =
    named === undefined ? rest : { ...rest, prompt_text_source: promptText };
  const relevant = specs
    .filter(({ meta, name }) => meta.presentation !== true && name in shown)
    .filter(({ apis }) => apis === undefined || apis.includes(options.api))
    .map(({ name }) => [name, shown[name]] as const)
    // An option that moves in the code must move no digest.
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(relevant)).digest('hex').slice(0, 16);
}
