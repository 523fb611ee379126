import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

/** No model reads or writes more; the text that prompts are cut from grows with them. */
const mostTokens = 2_000_000;
const tokens = z.int().min(1).max(mostTokens);
const share = z.number().min(0).max(10);

export const promptOptions = {
  title: 'Prompts',
  shape: {
    model: option(z.string().min(1).optional(), {
      description:
        'Model named to the server; names the tokenizer too, unless --tokenizer does. Required, but for --api simulator',
      expands: true,
      defaultText: 'simulated-8b with --api simulator',
    }),
    tokenizer: option(z.string().min(1).optional(), {
      description: 'A hub id, a folder with tokenizer.json, or a built-in one: o200k_base, cl100k_base',
      defaultText: 'the model',
    }),
    prompt_text_source: option(z.string().optional(), {
      description: 'A text file, or the text itself, to cut prompts from',
      expands: true,
      defaultText: 'built-in text',
      decides: 'prompts',
    }),
    prompt_generator_seed: option(z.int().min(0).optional(), {
      description: 'The same seed gives the same prompts',
      expands: true,
      defaultText: 'a fresh one, kept in the log',
    }),
    prompt_length: option(tokens.default(2600), {
      description: 'Mean length of a prompt',
      unit: 'tokens',
      expands: true,
      decides: 'level',
    }),
    prompt_length_var: option(share.default(0.3), {
      description: 'Standard deviation of the prompt length as a share of the mean; 0 gives exactly the mean',
      expands: true,
      aliases: [{ name: 'prompt_lenght_var', warn: true }],
      decides: 'prompts',
    }),
    max_prompt_length: option(tokens.default(4000), {
      description: 'No prompt is longer',
      unit: 'tokens',
      expands: true,
      decides: 'prompts',
    }),
    max_new_tokens: option(tokens.default(60), {
      description: 'Mean length of an answer',
      unit: 'tokens',
      expands: true,
      decides: 'level',
    }),
    max_new_tokens_var: option(share.default(0.3), {
      description: 'Standard deviation of the answer length as a share of the mean',
      expands: true,
      decides: 'prompts',
    }),
    streaming: option(z.boolean().default(false), {
      description: 'Ask for the answer as a stream; without it there is no TTFT and no TPOT',
      expands: true,
      decides: 'level',
    }),
  },
};

export type PromptOptions = OptionsOf<typeof promptOptions>;
