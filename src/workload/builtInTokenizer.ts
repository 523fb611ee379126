import type { Tokenizer } from './tokenizer.ts';

/** Vocabularies that are always there, without a network and without a file. */
export const builtInTokenizers = ['o200k_base', 'cl100k_base'] as const;

export type BuiltInTokenizer = (typeof builtInTokenizers)[number];

/** Whether a name means one of {@link builtInTokenizers}. */
export function isBuiltInTokenizer(name: string): name is BuiltInTokenizer {
  return builtInTokenizers.some((builtIn) => builtIn === name);
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
    encode: (text) => engine.encode(text, plainText),
    decode: (ids) => engine.decode(ids),
    count: (text) => engine.countTokens(text, plainText),
  };
}
