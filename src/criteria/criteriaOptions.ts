import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const criteriaOptions = {
  title: 'Stop criteria',
  shape: {
    early_stop_latency: option(z.number().positive().default(10), {
      description: "No larger level is run once a level's mean end-to-end latency reaches this",
      presentation: true,
      wholeRun: true,
      unit: 's',
    }),
    max_error_ratio: option(z.number().min(0).max(1).default(0.5), {
      description:
        'Ends the level and the sweep, with exit code 3, once more than this share of at least max(20, clients) outcomes failed; a level that is over is judged whatever its size',
      presentation: true,
      wholeRun: true,
    }),
    max_level_seconds: option(z.number().positive().optional(), {
      description: 'Ends a level after that long, and goes on with the next',
      presentation: true,
      wholeRun: true,
      unit: 's',
      defaultText: 'off',
    }),
    stop_at_plateau: option(z.boolean().default(false), {
      description: 'End the sweep once a level brings less than 5 % more throughput than the one before',
      presentation: true,
      wholeRun: true,
    }),
  },
};

export type CriteriaOptions = OptionsOf<typeof criteriaOptions>;
