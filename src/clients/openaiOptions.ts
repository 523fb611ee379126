import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const openaiOptions = {
  title: 'OpenAI-compatible server (--api openai)',
  apis: ['openai', 'simulator'],
  shape: {
    url: option(z.string().min(1).optional(), {
      description:
        'Base address, with or without /v1, or the full path of an endpoint; user info in it is used and masked',
    }),
    endpoint: option(z.enum(['completions', 'chat']).optional(), {
      description: 'Which route is asked',
      defaultText: 'completions, or what the path of --url says',
    }),
    api_key_env: option(z.string().min(1).default('OPENAI_API_KEY'), {
      description: 'Environment variable that holds the key',
      presentation: true,
    }),
    header: option(z.array(z.string().regex(/^[^:\s]+\s*:/, 'expected "Name: value"')).default([]), {
      description: 'Further request headers, each as "Name: value"',
      secret: true,
      accumulates: true,
    }),
    temperature: option(z.number().min(0).optional(), {
      description: 'Sampling temperature',
      defaultText: "the server's",
    }),
    ignore_eos: option(z.boolean().default(true), {
      description: 'Ask for answers of exactly the drawn length where the server can',
    }),
  },
};

export type OpenaiOptions = OptionsOf<typeof openaiOptions>;
