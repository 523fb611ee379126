import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const watchOptions = {
  title: 'Watch',
  shape: {
    speed: option(
      z
        .string()
        .regex(/^(?=.*[1-9])\d*\.?\d+$/, 'expected a number above 0')
        .optional(),
      {
        description: 'How many times as fast as the run went, from its beginning on',
        defaultText: 'what is there at once, then as it comes',
      },
    ),
    result_dir: option(z.string().min(1).default('./results'), {
      description: 'Where "latest" and ids of runs are looked for, in RESULT_DIR/runs',
    }),
    quiet: option(z.boolean().default(false), { description: 'No progress line' }),
  },
};

export type WatchOptions = OptionsOf<typeof watchOptions>;
