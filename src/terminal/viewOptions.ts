import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

const choices = ['auto', 'live', 'plain', 'json', 'none'] as const;

export const viewOptions = {
  title: 'What is shown meanwhile',
  shape: {
    ui: option(z.enum(choices).default('auto'), {
      description:
        'live: the whole terminal, with keys; plain: lines; json: windows, levels and decisions as JSON lines on standard output; none: only errors and warnings. auto: live on a terminal of at least 80x24, else plain',
      presentation: true,
      wholeRun: true,
    }),
  },
};

export type ViewOptions = OptionsOf<typeof viewOptions>;
