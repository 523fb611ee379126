import { join } from 'node:path';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import { findInHubCache, tokenizerCacheDir } from './hubCache.ts';
import { loadLocalTokenizer } from './localTokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

type Fetch = typeof globalThis.fetch;

/** What is used of `@huggingface/transformers`, which may be absent: the build does not need its types. */
interface Transformers {
  readonly env: { cacheDir: string | null; localModelPath: string; remoteHost: string; fetch: Fetch };
  readonly AutoTokenizer: { from_pretrained(id: string): Promise<AutoTokenizer> };
}

interface AutoTokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): number[];
  decode(ids: number[], options: { clean_up_tokenization_spaces: boolean }): string;
}

// Without a network the answer to a name comes at once; this bounds one that swallows packets.
const firstByteTimeoutMs = 5000;

/**
 * Loads the tokenizer of a hub id: from the cache of Python's `huggingface_hub` where it is there, else through
 * transformers, from our cache or from the hub (`HF_ENDPOINT`, `HF_TOKEN`).
 * @throws SpeedometerError `usage` where it cannot be had
 */
export async function loadHubTokenizer(id: string): Promise<Tokenizer> {
  const cached = findInHubCache(id);
  if (cached !== undefined) return loadLocalTokenizer(cached, id);
  const { AutoTokenizer, env } = await importTransformers(id);
  env.cacheDir = tokenizerCacheDir();
  env.localModelPath = join(tokenizerCacheDir(), 'local');
  if (process.env.HF_ENDPOINT) env.remoteHost = `${process.env.HF_ENDPOINT.replace(/\/+$/, '')}/`;
  const hub = watchNetwork();
  env.fetch = hub.fetch;
  try {
    const engine = await AutoTokenizer.from_pretrained(id);
    const encode = (text: string) => engine.encode(text, { add_special_tokens: false });
    return {
      name: id,
      encode,
      decode: (ids) => engine.decode([...ids], { clean_up_tokenization_spaces: false }),
      count: (text) => encode(text).length,
    };
  } catch (error) {
    throw unloadable(id, hub.unreachable() ? 'no network, and it is not in the cache.' : messageOf(error), error);
  }
}

async function importTransformers(id: string): Promise<Transformers> {
  const optionalPackage: string = '@huggingface/transformers'; // a variable, so that compiling does not look for it
  try {
    return (await import(optionalPackage)) as Transformers;
  } catch (error) {
    throw unloadable(id, 'it would come from a hub, and @huggingface/transformers is not installed.', error);
  }
}

/** A fetch that gives up in time and remembers whether any request found no server at all. */
function watchNetwork(): { readonly fetch: Fetch; unreachable(): boolean } {
  let failed = false;
  return {
    unreachable: () => failed,
    fetch: async (input, init) => {
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(new Error('no answer in time')), firstByteTimeoutMs);
      try {
        return await fetch(input, { ...init, signal: deadline.signal });
      } catch (error) {
        failed = true;
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function unloadable(id: string, reason: string, cause: unknown): SpeedometerError {
  return new SpeedometerError('usage', `the tokenizer of "${id}" cannot be loaded: ${reason}`, {
    hint: 'Give a folder (--tokenizer ./my-tokenizer) or a built-in one (--tokenizer o200k_base).',
    cause,
  });
}
