import type { Tokenizer } from './tokenizer.ts';

/** Vocabularies that are always there, without a network and without a file. */
export const builtInTokenizers = ['o200k_base', 'cl100k_base'] as const;

export type BuiltInTokenizer = (typeof builtInTokenizers)[number];

/** Whether a name means one of {@link builtInTokenizers}. */
export function isBuiltInTokenizer(name: string): name is BuiltInTokenizer {
  return builtInTokenizers.some((builtIn) => builtIn === name);
}

/**
 * Characters of one kind without a break are one piece to the engine, whose time grows with the square of its length. No
 * word is that long; what is (a row of `x`, blanks) is taken in parts, each seam of which may add a token.
 */
const longRun = /[\p{L}\p{M}]{512}|\s{512}|[^\s\p{L}\p{N}]{512}/gu;

function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { index, 0: run } of text.matchAll(longRun)) {
    parts.push(text.slice(from, index + run.length));
    from = index + run.length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** Loads a built-in vocabulary; 0.2 s, therefore only when it is asked for. */
export async function loadBuiltInTokenizer(name: BuiltInTokenizer): Promise<Tokenizer> {
  const engine =
    name === 'o200k_base'
      ? await import('gpt-tokenizer/encoding/o200k_base')
      : await import('gpt-tokenizer/encoding/cl100k_base');
  // A source that quotes a mark such as <|endoftext|> means the characters; by default the engine throws at it.
  const plainText = { disallowedSpecial: new Set<string>() };
  return {
    name,
    encode: (text) => partsOf(text).flatMap((part) => engine.encode(part, plainText)),
    decode: (ids) => engine.decode(ids),
    count: (text) => partsOf(text).reduce((tokens, part) => tokens + engine.countTokens(part, plainText), 0),
  };
}
