import { createHash } from 'node:crypto';
import { publicOptions } from './publicOptions.ts';
import { type RunOptions, runOptionSpecs } from './runOptions.ts';

/**
 * 16 hexadecimal digits of SHA-256 over the options that can change a level's figures. Neither what is for show (see
 * `presentation`), nor secrets, nor options of other clients are in it, and their order does not matter.
 */
export function optionsDigest(options: RunOptions): string {
  const shown = publicOptions(options);
  const relevant = runOptionSpecs
    .filter(({ meta, name }) => meta.presentation !== true && name in shown)
    .filter(({ apis }) => apis === undefined || apis.includes(options.api))
    .map(({ name }) => [name, shown[name]] as const)
    // An option that moves in the code must move no digest.
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(relevant)).digest('hex').slice(0, 16);
}
