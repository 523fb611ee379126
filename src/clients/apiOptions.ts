import { z } from 'zod';
import { option } from '../core/optionSlice.ts';

/** Names that `--api` takes. They stand apart from the clients, so that `--help` need not load any of them. */
export const clientNames = ['simulator', 'openai', 'dummy'] as const;

export type ClientName = (typeof clientNames)[number];

export const apiOptions = {
  title: 'Client',
  shape: {
    api: option(z.enum(clientNames).default('simulator'), {
      description: 'What sends the requests: to the embedded server, to an OpenAI-compatible one, or nowhere (dummy)',
    }),
  },
};
