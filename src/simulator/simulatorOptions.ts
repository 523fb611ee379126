import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';
import { parseFault } from './faults/faultPlan.ts';

const ms = z.number().min(0);

const fault = z.string().superRefine((text, context) => {
  const parsed = parseFault(text);
  if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed });
});

export const simulatorOptions = {
  title: 'Embedded server (--api simulator, and serve)',
  shape: {
    max_num_seqs: option(z.int().min(1).default(16), { description: 'Sequences that run at once', unit: 'slots' }),
    max_num_batched_tokens: option(z.int().min(1).default(2048), {
      description: 'Prompt tokens that one step can prefill',
      unit: 'tokens',
    }),
    kv_cache_tokens: option(z.int().min(1).default(65536), {
      description: 'Tokens of prompts and answers that fit at once',
      unit: 'tokens',
    }),
    step_base_ms: option(ms.default(6), { description: 'Cost of a step', unit: 'ms' }),
    step_per_seq_ms: option(ms.default(0.25), { description: 'Added to it by each running sequence', unit: 'ms' }),
    step_per_prefill_token_ms: option(ms.default(0.02), {
      description: 'Added to it by each prompt token it prefills',
      unit: 'ms',
    }),
    step_jitter: option(z.number().min(0).max(1).default(0), {
      description: 'Spread of a step: its cost is multiplied by a uniform number from 1 - this to 1 + this',
    }),
    served_model_name: option(z.string().min(1).optional(), {
      description: 'The only model name that is answered; another one gets a 404',
      defaultText: 'every name is answered',
    }),
    simulator_seed: option(z.int().min(0).default(1), {
      description: 'Seed of jitter, of the words it answers and of its faults',
    }),
    fault: option(z.array(fault).default([]), {
      description:
        'Misbehave in a share of the requests: NAME[:SHARE[:SECONDS]], such as http500:0.2 (docs/reliability.md)',
      accumulates: true,
    }),
  },
};

export type SimulatorOptions = OptionsOf<typeof simulatorOptions>;
