import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { builtInText } from '../../src/workload/builtInText.ts';
import { englishWords } from '../../src/workload/englishWords.ts';
import { realTokenizers } from './tokenizers.ts';

test('the text is the same in every run', () => {
  expect(createHash('sha256').update(builtInText()).digest('hex')).toBe(
    '45df4bc0f84d046d0e48875ddf53eb263980e98b5d31a2fb28772c4cf1d36433',
  );
});

test('a longer text begins with the shorter one', () => {
  expect(builtInText(3000).startsWith(builtInText(500))).toBe(true);
});

test('the text has at least the words that are asked', () => {
  for (const words of [1, 10, 60_000]) {
    expect(builtInText(words).split(/\s+/).length).toBeGreaterThanOrEqual(words);
  }
});

test('it reads as sentences: a capital, words, a full stop', () => {
  for (const sentence of builtInText(2000).split(/(?<=\.)\s+/)) expect(sentence).toMatch(/^[A-Z][a-z]*( [a-z]+,?)+\.$/);
});

test('no article clashes with the word after it', () => {
  expect(builtInText()).not.toMatch(/\b[Aa] [aeio]/);
  expect(builtInText()).not.toMatch(/\b[Aa]n [^aeio]/);
});

test('every word is one token of the built-in vocabularies', () => {
  for (const tokenizer of realTokenizers.slice(0, 2)) {
    for (const word of Object.values(englishWords).flat()) expect(tokenizer.count(` ${word}`), word).toBe(1);
  }
});
