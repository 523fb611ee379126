import { z } from 'zod';
import { option } from '../core/optionSlice.ts';

export const addressOptions = {
  title: 'Server',
  shape: {
    url: option(z.string().min(1).optional(), {
      description:
        'Base address, with or without /v1, or the full path of an endpoint; user info in it is used and masked',
      aliases: [{ name: 'api_url', warn: false }],
    }),
  },
};
