import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findTokenizerFile } from './localTokenizer.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where tokenizers that were fetched from a hub are kept: under the user's cache directory (XDG). */
export function tokenizerCacheDir(environment: Environment = process.env): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'deepspeedometer', 'tokenizers');
}

/**
 * The `tokenizer.json` of a hub id in the cache that Python's `huggingface_hub` keeps (`HF_HUB_CACHE`, else
 * `HF_HOME/hub`): who serves a model on this machine has it there already, and needs no network.
 */
export function findInHubCache(id: string, environment: Environment = process.env): string | undefined {
  const home = environment.HF_HOME || join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface');
  const repository = join(environment.HF_HUB_CACHE || join(home, 'hub'), `models--${id.replaceAll('/', '--')}`);
  try {
    const commit = readFileSync(join(repository, 'refs', 'main'), 'utf8').trim();
    return findTokenizerFile(join(repository, 'snapshots', commit, 'tokenizer.json'));
  } catch {
    return undefined;
  }
}
