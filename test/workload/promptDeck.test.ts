import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSource } from '../../src/workload/createSource.ts';
import type { ShapeOptions } from '../../src/workload/drawnShapes.ts';
import { createDeck, createPromptDeck, promptText } from '../../src/workload/promptDeck.ts';
import { readSourceText } from '../../src/workload/sourceText.ts';
import { realTokenizers, threeCharacters } from './tokenizers.ts';

const [o200k = threeCharacters] = realTokenizers;
const defaults: ShapeOptions = {
  prompt_length: 2600,
  prompt_length_var: 0.3,
  max_prompt_length: 4000,
  max_new_tokens: 60,
  max_new_tokens_var: 0.3,
  prompt_length_shape: 'normal',
  max_new_tokens_shape: 'normal',
  prefix_tokens: 0,
  prefix_groups: 1,
  prefix_zipf: 0,
};
const { source } = createSource(readSourceText(undefined, 4000).text, o200k, 4000);
const anySeed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const anyRequest = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const firstIds = (text: string, count: number) => o200k.encode(text).slice(0, count).join();

function deckOf(options: Partial<ShapeOptions>, seed = 1) {
  return createPromptDeck(source, { ...defaults, ...options }, seed, o200k).deck;
}

test('a seed and a number give the same request, whatever was drawn before, here and in a worker', () => {
  fc.assert(
    fc.property(
      anySeed,
      fc.uniqueArray(anyRequest, { minLength: 1, maxLength: 20 }),
      fc.nat(600),
      (seed, numbers, prefix) => {
        const deck = deckOf({ prefix_tokens: prefix }, seed);
        const worker = createDeck(structuredClone(deck.toTransfer(0)));
        const drawn = numbers.map((request) => deck.draw(request, false));
        const elsewhere = numbers.toReversed().map((request) => worker.draw(request, false));
        expect(elsewhere.toReversed()).toEqual(drawn);
      },
    ),
    { numRuns: 40 },
  );
});

test('another seed gives other prompts and other lengths', () => {
  expect(deckOf({}, 1).draw(7, false)).not.toEqual(deckOf({}, 2).draw(7, false));
});

test('other answer lengths leave the prompts as they were', () => {
  const { slices } = deckOf({}).draw(3, false);
  expect(deckOf({ max_new_tokens: 900 }).draw(3, false).slices).toEqual(slices);
});

test('lengths stay in [1, max], however far the distribution reaches', () => {
  const lengths = fc.record({
    prompt_length: fc.integer({ min: 1, max: 4000 }),
    prompt_length_var: fc.double({ min: 0, max: 10, noNaN: true }),
    max_new_tokens: fc.integer({ min: 1, max: 4000 }),
    max_new_tokens_var: fc.double({ min: 0, max: 10, noNaN: true }),
    prefix_tokens: fc.nat(5000),
  });
  fc.assert(
    fc.property(lengths, anyRequest, (options, request) => {
      const { promptTokens, maxNewTokens } = deckOf(options).draw(request, false);
      expect(promptTokens).toBeGreaterThanOrEqual(1);
      expect(promptTokens).toBeLessThanOrEqual(4000);
      expect(maxNewTokens).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: 300 },
  );
});

test('a variance of 0 gives exactly the mean', () => {
  const deck = deckOf({ prompt_length: 321, prompt_length_var: 0, max_new_tokens: 17, max_new_tokens_var: 0 });
  for (let request = 0; request < 50; request++) {
    expect(deck.draw(request, false)).toMatchObject({ promptTokens: 321, maxNewTokens: 17 });
  }
});

test('any two prompts differ within their first 8 tokens', () => {
  const deck = deckOf({ prompt_length: 12, prompt_length_var: 0 }, 5);
  const heads = new Set<string>();
  for (let request = 0; request < 3000; request++) {
    heads.add(firstIds(promptText(source.text, deck.draw(request, false).slices), 8));
  }
  expect(heads.size).toBe(3000);
});

test('prompts of numbers far apart differ within their first 8 tokens', () => {
  fc.assert(
    fc.property(anySeed, anyRequest, anyRequest, (seed, one, other) => {
      fc.pre(one !== other);
      const deck = deckOf({ prompt_length: 12, prompt_length_var: 0 }, seed);
      const headOf = (request: number) => firstIds(promptText(source.text, deck.draw(request, false).slices), 8);
      expect(headOf(one)).not.toBe(headOf(other));
    }),
  );
});

test('requests that follow each other differ in their very first token', () => {
  const deck = deckOf({ prompt_length: 1, prompt_length_var: 0 });
  const words = Array.from({ length: 300 }, (_, request) => promptText(source.text, deck.draw(request, false).slices));
  expect(new Set(words).size).toBe(300);
});

test('the shared prefix is shared to the token, and prompts differ right after it', () => {
  const deck = deckOf({ prompt_length: 300, prompt_length_var: 0.2, prefix_tokens: 123 });
  const prompts = Array.from({ length: 200 }, (_, request) =>
    promptText(source.text, deck.draw(request, false).slices),
  );
  expect(new Set(prompts.map((prompt) => firstIds(prompt, 123))).size).toBe(1);
  expect(new Set(prompts.map((prompt) => firstIds(prompt, 131))).size).toBe(200);
});

test('prompts of a group share its prefix to the token, those of different groups nothing', () => {
  const deck = deckOf({ prompt_length: 300, prompt_length_var: 0.2, prefix_tokens: 100, prefix_groups: 5 });
  const requests = Array.from({ length: 300 }, (_, request) => request);
  const prefixes = requests.map((request) => firstIds(promptText(source.text, deck.draw(request, false).slices), 100));
  expect(new Set(prefixes).size).toBe(5);
  expect(new Set(prefixes.map((prefix) => prefix.split(',')[0])).size).toBe(5);
  requests.forEach((request) => {
    const group = deck.shapeOf(request).prefix[0]?.number;
    const twin = requests.find((other) => deck.shapeOf(other).prefix[0]?.number === group) ?? 0;
    expect(prefixes[request]).toBe(prefixes[twin]);
  });
});

test('lengths out of a table come in its pairs', () => {
  const pairs = { promptTokens: Uint32Array.of(10, 200, 3000), outputTokens: Uint32Array.of(1, 20, 300) };
  const { deck } = createPromptDeck(source, defaults, 1, o200k, { pairs });
  const drawn = Array.from({ length: 60 }, (_, request) => deck.draw(request, false));
  expect(new Set(drawn.map(({ promptTokens, maxNewTokens }) => `${promptTokens}/${maxNewTokens}`))).toEqual(
    new Set(['10/1', '200/20', '3000/300']),
  );
  const worker = createDeck(structuredClone(deck.toTransfer(0)));
  expect(worker.draw(7, false)).toEqual(drawn[7]);
});

test('no prefix is shared unless it is asked for', () => {
  const deck = deckOf({ prompt_length: 100, prompt_length_var: 0 });
  const prompts = Array.from({ length: 200 }, (_, request) =>
    promptText(source.text, deck.draw(request, false).slices),
  );
  expect(new Set(prompts.map((prompt) => firstIds(prompt, 1))).size).toBe(200);
});

test.each([
  [{ prompt_length: 5000 }, /max_prompt_length 4000 is below prompt_length: it is raised to 5000/],
  [{ prefix_tokens: 2600 }, /nothing but the shared prefix/],
])('options %o bring a warning', (options, warning) => {
  expect(createPromptDeck(source, { ...defaults, ...options }, 1, o200k).warnings).toEqual([
    expect.stringMatching(warning),
  ]);
});

test('a text with too few words to tell prompts apart brings a warning', () => {
  const poor = createSource(readSourceText('7 7 7', 4000).text, o200k, 4000).source;
  expect(createPromptDeck(poor, defaults, 1, o200k).warnings).toEqual([
    expect.stringMatching(/repeat their first 8 tokens after 1:/),
  ]);
});

test('the usual options bring no warning', () => {
  expect(createPromptDeck(source, defaults, 1, o200k).warnings).toEqual([]);
});
