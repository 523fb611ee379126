import { z } from 'zod';
import { option } from '../core/optionSlice.ts';
import { planOptions } from './commandOptions.ts';
import { parseFlags } from './flags.ts';
import { describeOptions } from './optionSpec.ts';

const specs = describeOptions([
  { title: 'Client', shape: { api: option(z.string(), { description: 'Any name or path' }) } },
  planOptions,
]);

/**
 * What `--api` and the YAML files name, before anything else of them is read: a client from outside brings options
 * of its own, without which the rest cannot be understood. Problems are left to the reading proper.
 */
export async function namedApis(argv: readonly string[]): Promise<readonly string[]> {
  const flags = parseFlags(argv, specs);
  const paths = (flags.given.get('config_file')?.alternatives.flat() ?? []) as readonly string[];
  const sources = [flags];
  if (paths.length > 0) {
    const { readConfigFile } = await import('./configFile.ts'); // yaml is not needed for help
    for (const path of paths) sources.push({ ...readConfigFile(path, specs), positionals: [] });
  }
  const named = sources.flatMap(({ given }) => given.get('api')?.alternatives ?? []);
  return [...new Set(named as readonly string[])];
}
