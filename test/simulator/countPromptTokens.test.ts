import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { answerWords, vocabulary } from '../../src/simulator/answerWords.ts';
import { countPromptTokens } from '../../src/simulator/countPromptTokens.ts';

const plainText = { disallowedSpecial: new Set<string>() };

test.each([
  '',
  ' ',
  'Once upon a time',
  ' Once upon  a\n time,\t it is I\'ll "say" ',
  'a  b   c \n\n d',
  'internationalization of incomprehensibilities 12345 ünïcödé 漢字 🙂',
  'before <|endoftext|> after',
])('%j counts as the vocabulary counts it', (text) => {
  expect(countPromptTokens(text)).toBe(countTokens(text, plainText));
});

test('any text counts as the vocabulary counts it', () => {
  const piece = fc.oneof(
    fc.constantFrom(' ', '  ', '\n', '\t', '\r\n', "'s", '.', ', ', '/', '-', '1', 'É', 'ß', '漢', '\u0301'),
    fc.stringMatching(/^[A-Za-z]{1,14}$/),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      expect(countPromptTokens(text)).toBe(countTokens(text, plainText));
    }),
    { numRuns: 500 },
  );
});

test('each word of an answer is one token, and the answer has as many tokens as words', () => {
  for (const word of vocabulary) expect([word, countTokens(` ${word}`)]).toEqual([word, 1]);
  const words = answerWords(1);
  const answer = Array.from({ length: 500 }, (_, n) => words(3, n)).join('');
  expect(countTokens(answer)).toBe(500);
});

test('answers depend on the seed and on the place alone', () => {
  const answer = (seed: number, place: number) =>
    Array.from({ length: 20 }, (_, n) => answerWords(seed)(place, n)).join('');
  expect(answer(1, 0)).toBe(answer(1, 0));
  expect(answer(1, 0)).not.toBe(answer(2, 0));
  expect(answer(1, 0)).not.toBe(answer(1, 1));
});
