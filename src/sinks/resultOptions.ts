import { z } from 'zod';
import { option } from '../core/optionSlice.ts';

export const resultOptions = {
  title: 'Results',
  shape: {
    result_dir: option(z.string().min(1).default('./results'), {
      description: 'Result files go to RESULT_DIR/API/MODEL, logs to RESULT_DIR/runs',
      presentation: true,
      wholeRun: true,
    }),
    force: option(z.boolean().default(false), {
      description: 'Run levels again whose result exists, and overwrite it',
      presentation: true,
    }),
    keep_texts: option(z.boolean().default(true), {
      description: 'Keep prompts and answers in the log and the result files',
      presentation: true,
    }),
    output: option(z.enum(['text', 'json']).default('text'), {
      description: 'json: only the summary on standard output, all else on standard error',
      presentation: true,
      wholeRun: true,
    }),
    quiet: option(z.boolean().default(false), {
      description: 'No progress line',
      presentation: true,
      wholeRun: true,
    }),
  },
};
