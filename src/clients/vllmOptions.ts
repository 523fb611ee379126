import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const vllmOptions = {
  title: 'vLLM (--api vllm)',
  shape: {
    vllm_protocol: option(z.enum(['openai', 'generate']).default('openai'), {
      description: 'What is spoken: the OpenAI API, or the /generate of old versions',
    }),
  },
};

export type VllmOptions = OptionsOf<typeof vllmOptions>;
