import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const vllmOptions = {
  title: 'vLLM (--api vllm)',
  shape: {
    port: option(z.int().min(1).max(65_535).default(26_500), {
      description: 'Port of 127.0.0.1 that the started server listens on',
      presentation: true,
    }),
    tp_size: option(z.int().min(1).max(1024).default(1), {
      description: 'GPUs that share each layer of the model (tensor parallelism)',
      unit: 'GPUs',
    }),
    vllm_protocol: option(z.enum(['openai', 'generate']).default('openai'), {
      description: 'What is spoken: the OpenAI API, or the /generate of old versions',
    }),
  },
};

export type VllmOptions = OptionsOf<typeof vllmOptions>;
