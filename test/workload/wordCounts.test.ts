import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countWords, createCountWithin, wordAtToken } from '../../src/workload/wordCounts.ts';
import { realTokenizers, threeCharacters } from './tokenizers.ts';

const [o200k = threeCharacters] = realTokenizers;

function wordsOf(text: string): readonly string[] {
  const { starts } = countWords(text, () => 1);
  return Array.from(starts.slice(0, -1), (start, word) => text.slice(start, starts[word + 1]));
}

test.each([
  [' one two', [' one', ' two']],
  [' a  b c', [' a  b', ' c']],
  [' a\n b c', [' a\n b', ' c']],
  [' (x), y.\n\nZ', [' (x),', ' y.\n\nZ']],
  [' 1 2', [' 1', ' 2']],
])('%o is cut before single blanks: %o', (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});

test('words joined are the text, and counts of any run of words add up', () => {
  const words = fc.array(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((word) => /^\S+$/.test(word)),
    {
      minLength: 1,
      maxLength: 30,
    },
  );
  const countWithin = createCountWithin(o200k);
  fc.assert(
    fc.property(words, fc.nat(), fc.nat(), (parts, one, other) => {
      const text = ` ${parts.join(' ')}`;
      const { starts, tokensBefore } = countWords(text, countWithin);
      const [from = 0, to = 0] = [one % starts.length, other % starts.length].toSorted((a, b) => a - b);
      expect((tokensBefore[to] ?? 0) - (tokensBefore[from] ?? 0)).toBe(
        o200k.count(text.slice(starts[from], starts[to])),
      );
    }),
    { numRuns: 300 },
  );
});

test('the word at a token is the last with at most that many tokens before it', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(counts, fc.nat(), (tokens, at) => {
      const sums = [0];
      for (const count of tokens) sums.push((sums.at(-1) ?? 0) + count);
      const token = at % ((sums.at(-1) ?? 0) + 1);
      const words = { starts: Uint32Array.from(sums), tokensBefore: Uint32Array.from(sums) };
      expect(wordAtToken(words, token)).toBe(sums.findLastIndex((before) => before <= token));
    }),
  );
});
