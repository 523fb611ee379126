import { expect, test } from 'vitest';
import type { PromptDeck } from '../../src/workload/promptDeck.ts';
import { summarizePrompts } from '../../src/workload/promptPlan.ts';

/** Prompts as long as their number, answers twice that. */
const numbered: PromptDeck = {
  shapeOf: (request) => ({ promptTokens: request, maxNewTokens: 2 * request, prefix: [] }),
  prefixesRecur: true,
  draw: (request, warmup) => ({ request, warmup, promptTokens: request, maxNewTokens: 2 * request, slices: [] }),
};

test('a plan sums up the lengths of exactly the requests named', () => {
  expect(summarizePrompts(numbered, { firstRequest: 10, planned: 3, clients: 1 })).toEqual({
    requests: 3,
    promptTokens: { mean: 11, sd: 1, min: 10, max: 12 },
    maxNewTokens: { mean: 22, sd: 2, min: 20, max: 24 },
  });
});

test('a single request has no standard deviation', () => {
  expect(summarizePrompts(numbered, { firstRequest: 5, planned: 1, clients: 1 }).promptTokens).toEqual({
    mean: 5,
    min: 5,
    max: 5,
  });
});

test('the first 10 000 requests stand for more of them', () => {
  const { requests, promptTokens } = summarizePrompts(numbered, { firstRequest: 1, planned: 1_000_000, clients: 1 });
  expect({ requests, max: promptTokens.max }).toEqual({ requests: 1_000_000, max: 10_000 });
});
