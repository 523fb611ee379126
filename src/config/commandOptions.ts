import { z } from 'zod';
import { option } from '../core/optionSlice.ts';

/** Options that every verb takes. */
export const debugOptions = {
  title: 'Debugging',
  shape: {
    debug: option(z.boolean().default(false), {
      description: 'Print the stack of an error',
      presentation: true,
      flagOnly: true,
    }),
  },
};

/** Where the options of a run come from, and what is done with them. */
export const planOptions = {
  title: 'Plan',
  shape: {
    config_file: option(z.array(z.string().min(1)).default([]), {
      description: 'YAML files of options; a list in one makes a sweep for each of its values',
      presentation: true,
      flagOnly: true,
    }),
    dry_run: option(z.boolean().default(false), {
      description: 'Print what would be run, and send nothing',
      presentation: true,
      flagOnly: true,
    }),
  },
};
