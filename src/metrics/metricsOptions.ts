import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const metricsOptions = {
  title: 'Figures',
  shape: {
    window_seconds: option(z.number().min(1).default(10), {
      description: 'Width of the rolling windows; they move by one second',
      unit: 's',
      presentation: true,
      wholeRun: true,
    }),
    precision: option(z.number().positive().max(1).optional(), {
      description:
        "A level is complete once half the width of its throughput's 95 % interval is this share of it, or its requests are done",
      wholeRun: true,
      defaultText: 'off; 0.02 with --num_clients auto',
    }),
  },
};

export type MetricsOptions = OptionsOf<typeof metricsOptions>;
