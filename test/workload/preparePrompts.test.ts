import { expect, test } from 'vitest';
import { createPromptPreparer, type PrepareOptions } from '../../src/workload/preparePrompts.ts';
import type { Tokenizer } from '../../src/workload/tokenizer.ts';
import { datasetDefaults } from './datasets/preparedDataset.ts';

/** Counts characters, and how often it was asked to. */
function countingTokenizer(name: string): Tokenizer & { readonly asked: () => number } {
  let asked = 0;
  const count = (text: string) => {
    asked++;
    return text.length;
  };
  const encode = (text: string) => Array.from(text, (character) => character.charCodeAt(0));
  return { name, encode, decode: (ids) => String.fromCharCode(...ids), count, asked: () => asked };
}

const options: PrepareOptions = {
  ...datasetDefaults,
  prompt_text_source: 'the quick brown fox jumps over the lazy dog',
  prompt_length_var: 0.3,
};

test('sweeps with text, tokenizer and longest prompt in common share one source', async () => {
  const prepare = createPromptPreparer();
  const tokenizer = countingTokenizer('one');
  const first = await prepare(options, tokenizer, 1);
  const asked = tokenizer.asked();
  const second = await prepare({ ...options, prompt_length: 30, max_new_tokens: 9 }, tokenizer, 2);
  expect(second.source).toBe(first.source);
  expect(tokenizer.asked()).toBe(asked);
});

test.each<[string, Partial<PrepareOptions>, string]>([
  ['another text', { prompt_text_source: 'pack my box with five dozen liquor jugs' }, 'one'],
  ['longer prompts', { max_prompt_length: 80 }, 'one'],
  ['another tokenizer', {}, 'other'],
])('a sweep with %s has a source of its own', async (_title, more, name) => {
  const prepare = createPromptPreparer();
  const first = await prepare(options, countingTokenizer('one'), 1);
  const other = await prepare({ ...options, ...more }, countingTokenizer(name), 1);
  expect(other.source).not.toBe(first.source);
});
