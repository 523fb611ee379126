import { homedir } from 'node:os';
import { join } from 'node:path';
import { SpeedometerError } from '../core/errors.ts';
import { builtInTokenizers, isBuiltInTokenizer, loadBuiltInTokenizer } from './builtInTokenizer.ts';
import { loadHubTokenizer } from './hubTokenizer.ts';
import { findTokenizerFile, loadLocalTokenizer } from './localTokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

const hubId = /^[\w.-]+(\/[\w.-]+)?$/;

/**
 * Loads a tokenizer by what `--tokenizer` may hold: a built-in name, a folder or file with a `tokenizer.json`, or a
 * hub id. A folder that is there goes before a hub id of the same name.
 * @throws SpeedometerError `usage` where it cannot be had
 */
export async function loadTokenizer(nameOrPath: string): Promise<Tokenizer> {
  if (isBuiltInTokenizer(nameOrPath)) return loadBuiltInTokenizer(nameOrPath);
  const path = nameOrPath.startsWith('~/') ? join(homedir(), nameOrPath.slice(2)) : nameOrPath;
  const file = findTokenizerFile(path);
  if (file !== undefined) return loadLocalTokenizer(file, nameOrPath);
  if (/^(\.{0,2}|~)[\\/]/.test(nameOrPath) || !hubId.test(nameOrPath)) throw notFound(nameOrPath);
  return loadHubTokenizer(nameOrPath);
}

function notFound(path: string): SpeedometerError {
  return new SpeedometerError(
    'usage',
    `no tokenizer.json at "${path}": expected a folder that holds one, or the file`,
    {
      hint: `Or name a hub id such as facebook/opt-125m, or a built-in one: ${builtInTokenizers.join(', ')}.`,
    },
  );
}
