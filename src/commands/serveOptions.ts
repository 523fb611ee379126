import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

/** Where `serve` listens. */
export const serveOptions = {
  title: 'Address',
  shape: {
    host: option(z.string().min(1).default('127.0.0.1'), { description: 'Address to listen on' }),
    port: option(z.int().min(0).max(65535).default(8000), { description: 'Port to listen on; 0 picks a free one' }),
  },
};

export type ServeOptions = OptionsOf<typeof serveOptions>;
