import { expect, test } from 'vitest';
import { createSource } from '../../src/workload/createSource.ts';
import type { ShapeOptions } from '../../src/workload/drawnShapes.ts';
import { createDeck, createPromptDeck, promptText } from '../../src/workload/promptDeck.ts';
import type { PromptSource } from '../../src/workload/promptSource.ts';
import { readSourceText } from '../../src/workload/sourceText.ts';
import type { Tokenizer } from '../../src/workload/tokenizer.ts';
import { llama2Folder, realTokenizers, threeCharacters } from './tokenizers.ts';

const prose = `It's 9 o'clock — "the naïve café", he said, cost $3.50 (or 1,000 ₤)!\n\n  * a list, with_snake_case & URLs:
https://example.org/a?b=c#d\n\n\tconst answer = items.map((x) => x * 2); // indented\r\n  Straße, Ελληνικά, русский текст 👩‍👩‍👧 end.`;
const chinese = '今天天气很好，我们去公园散步。孩子们在草地上玩耍，老人们在树下下棋。明天可能会下雨，所以要带上雨伞。';

function lengths(mean: number, share = 0.4): ShapeOptions {
  return {
    prompt_length: mean,
    prompt_length_var: share,
    max_prompt_length: 4000,
    max_new_tokens: 1,
    max_new_tokens_var: 0,
    prompt_length_shape: 'normal',
    max_new_tokens_shape: 'normal',
    prefix_tokens: 0,
    prefix_groups: 1,
    prefix_zipf: 0,
  };
}

function sourceOf(tokenizer: Tokenizer, textSource: string | undefined, longest = 4000): PromptSource {
  return createSource(readSourceText(textSource, longest).text, tokenizer, longest).source;
}

function expectExact(source: PromptSource, tokenizer: Tokenizer, options: ShapeOptions, requests: number): void {
  const { deck } = createPromptDeck(source, options, 11, tokenizer);
  expect(source.exact).toBe(true);
  for (let request = 0; request < requests; request++) {
    const { slices, promptTokens } = deck.draw(request, false);
    expect(tokenizer.count(promptText(source.text, slices))).toBe(promptTokens);
    if (options.prompt_length_var === 0) expect(promptTokens).toBe(options.prompt_length);
  }
}

for (const tokenizer of realTokenizers) {
  const name = tokenizer.name === llama2Folder ? 'llama2' : tokenizer.name;
  const builtIn = sourceOf(tokenizer, undefined);

  test(`prompts of 1 to 4000 tokens re-encode to exactly their length (${name})`, () => {
    for (let tokens = 1; tokens <= 20; tokens++) expectExact(builtIn, tokenizer, lengths(tokens, 0), 10);
    expectExact(builtIn, tokenizer, lengths(150), 100);
    expectExact(builtIn, tokenizer, lengths(3900, 0), 4);
  });

  test(`a shared prefix keeps lengths exact (${name})`, () => {
    expectExact(builtIn, tokenizer, { ...lengths(120), prefix_tokens: 77 }, 60);
  });

  test.each([
    ['prose with marks, numbers, code and other scripts', prose],
    ['one word', 'Hello'],
    ['a text without blanks', chinese],
    ['digits without blanks', '31415926535897932384626433832795028841971693993751'.repeat(5)],
  ])(`%s gives prompts of exact length (${name})`, (_, text) => {
    expectExact(sourceOf(tokenizer, text, 500), tokenizer, lengths(150), 60);
  });

  // The engine of tokenizer.json files takes 8 s for 128,000 tokens in one piece.
  const longest = name === 'llama2' ? 16_000 : 128_000;
  test(`a prompt of ${longest} tokens re-encodes to exactly that (${name})`, () => {
    expectExact(sourceOf(tokenizer, undefined, longest), tokenizer, lengths(longest, 0), 1);
  });
}

test('a tokenizer that gives every text one mark more is found out', () => {
  const [o200k = threeCharacters] = realTokenizers;
  const marked = { ...o200k, count: (text: string) => o200k.count(text) + 1 };
  const { source } = createSource(readSourceText(undefined, 50).text, marked, 50);
  expect(source).toMatchObject({ exact: true, offsetTokens: 1, dropsLeadingBlank: false });
});

test('where counts of words do not add up every prompt is counted, and workers get what was drawn', () => {
  const { source, warnings } = createSource(readSourceText(undefined, 300).text, threeCharacters, 300);
  const { deck } = createPromptDeck(source, { ...lengths(200), max_prompt_length: 300 }, 3, threeCharacters);
  const worker = createDeck(structuredClone(deck.toTransfer(100)));
  expect(source.exact).toBe(false);
  expect(warnings).toEqual([expect.stringMatching(/do not add up word by word/)]);
  for (let request = 0; request < 100; request++) {
    const planned = deck.draw(request, true);
    expect(threeCharacters.count(promptText(source.text, planned.slices))).toBe(planned.promptTokens);
    expect(worker.draw(request, true)).toEqual(planned);
  }
  expect(() => worker.draw(100, false)).toThrow('request 100 is beyond the 100');
});

test('prompts that are counted have the lengths that were asked', () => {
  const { source } = createSource(readSourceText(undefined, 300).text, threeCharacters, 300);
  const { deck } = createPromptDeck(source, lengths(200, 0), 3, threeCharacters);
  const achieved = Array.from({ length: 50 }, (_, request) => deck.draw(request, false).promptTokens);
  expect(achieved).toEqual(Array.from({ length: 50 }, () => 200));
});
