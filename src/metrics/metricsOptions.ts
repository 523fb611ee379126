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
  },
};

export type MetricsOptions = OptionsOf<typeof metricsOptions>;
