import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import type { Tokenizer } from './tokenizer.ts';

/** The `tokenizer.json` that a path means: the file itself, or the one in that folder; undefined where there is none. */
export function findTokenizerFile(path: string): string | undefined {
  const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, 'tokenizer.json') : path;
  return existsSync(file) ? file : undefined;
}

/**
 * Loads a Hugging Face `tokenizer.json` and, where it stands beside it, `tokenizer_config.json`.
 * @throws SpeedometerError `usage` where a file is not what the engine understands
 */
export async function loadLocalTokenizer(file: string, name: string): Promise<Tokenizer> {
  const { Tokenizer: Engine } = await import('@huggingface/tokenizers');
  const configFile = join(dirname(file), 'tokenizer_config.json');
  const vocabulary = readJsonObject(file);
  const config = existsSync(configFile) ? readJsonObject(configFile) : {};
  try {
    const engine = new Engine(vocabulary, config);
    const encode = (text: string) => engine.encode(text, { add_special_tokens: false }).ids;
    encode('a'); // a vocabulary of an unknown kind shows itself only now
    return {
      name,
      encode,
      decode: (ids) => engine.decode([...ids], { clean_up_tokenization_spaces: false }),
      count: (text) => encode(text).length,
    };
  } catch (error) {
    throw unusable(file, messageOf(error), error);
  }
}

function readJsonObject(file: string): object {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw unusable(file, messageOf(error), error);
  }
  throw unusable(file, 'expected a JSON object');
}

function unusable(file: string, reason: string, cause?: unknown): SpeedometerError {
  return new SpeedometerError('usage', `the tokenizer file ${file} cannot be used: ${reason}`, {
    hint: 'Give a folder with the tokenizer.json of a Hugging Face model, or a built-in one (--tokenizer o200k_base).',
    cause,
  });
}
