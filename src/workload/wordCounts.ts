import type { Tokenizer } from './tokenizer.ts';

/** A text cut into words: where each begins, and how many tokens stand before it. */
export interface WordCounts {
  /** UTF-16 offsets, ascending from 0; one more than there are words, the last is the text's length. */
  readonly starts: Uint32Array;
  /** Tokens of the text before each of `starts`, ascending from 0; the last is the whole text's count. */
  readonly tokensBefore: Uint32Array;
}

/** Tokens of a stretch of text that stands within a text, after a character that is no blank. */
export type CountWithin = (stretch: string) => number;

/**
 * Counts stretches behind a letter: by themselves they might be counted with marks that only a text's start has, such
 * as the blank that sentencepiece puts there. Each distinct stretch is encoded once.
 */
export function createCountWithin(tokenizer: Tokenizer): CountWithin {
  const known = new Map<string, number>();
  const anchorTokens = tokenizer.count('a');
  return (stretch) => {
    let tokens = known.get(stretch);
    if (tokens === undefined) {
      tokens = Math.max(0, tokenizer.count(`a${stretch}`) - anchorTokens);
      known.set(stretch, tokens);
    }
    return tokens;
  };
}

/**
 * Cuts a text before every blank between two characters that are none. Tokens of the common vocabularies never reach
 * over such a place, so the counts of words add up to the count of any run of them, and no run needs to be encoded.
 */
export function countWords(text: string, countWithin: CountWithin): WordCounts {
  const starts = [0];
  const tokensBefore = [0];
  let tokens = 0;
  const add = (end: number) => {
    tokens += countWithin(text.slice(starts.at(-1), end));
    starts.push(end);
    tokensBefore.push(tokens);
  };
  for (const { index } of text.matchAll(/(?<=\S) (?=\S)/g)) add(index);
  add(text.length);
  return { starts: Uint32Array.from(starts), tokensBefore: Uint32Array.from(tokensBefore) };
}

/** The last word that has at most that many tokens before it. */
export function wordAtToken(words: WordCounts, token: number): number {
  let low = 0;
  let high = words.tokensBefore.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((words.tokensBefore[middle] ?? 0) <= token) low = middle;
    else high = middle - 1;
  }
  return low;
}
