import { expect, test } from 'vitest';
import { describeLengths, lengthControlOf } from '../../src/clients/lengthControl.ts';
import type { OpenaiEndpoint } from '../../src/clients/openaiTarget.ts';
import type { ServerFlavour } from '../../src/clients/serverFacts.ts';

test.each<[ServerFlavour, OpenaiEndpoint, boolean, RegExp]>([
  ['vllm', 'chat', true, /forced \(ignore_eos, min_tokens\)/],
  ['llamacpp', 'completions', true, /forced \(ignore_eos\)/],
  ['vllm', 'responses', true, /asked for \(ignore_eos, min_tokens\)/],
  ['unknown', 'completions', true, /asked for \(ignore_eos\)/],
  ['openai', 'chat', true, /limited only.*OpenAI cannot force them/],
  ['vllm', 'chat', false, /limited only.*--ignore_eos false/],
  ['vllm', 'embeddings', true, /none, embeddings have no output tokens/],
])(
  'of a server of the kind %s, route %s, ignore_eos %s, it is said how lengths are kept',
  (flavour, endpoint, ignore_eos, words) => {
    const facts = { flavour, models: [], hasMetrics: false };
    expect(describeLengths(lengthControlOf({ ignore_eos }, endpoint, facts), facts)).toMatch(words);
  },
);
