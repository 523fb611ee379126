import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';
import { pictureOptions, reportFigureOptions, reportOptions } from './reportOptions.ts';

/** What a comparison shows, and where it goes. */
export const compareOptions = {
  title: 'Comparison',
  shape: {
    format: option(z.enum(['text', 'json', 'html', 'svg', 'png', 'md']).default('text'), {
      description: 'text and md are tables; html is a page by itself; svg and png are the overlaid curve',
    }),
    to: option(z.string().min(1).optional(), {
      description: 'File to write, or - for standard output',
      defaultText: 'standard output; compare.FORMAT in the folder of the last run for html, svg and png on a terminal',
    }),
    result_dir: reportOptions.shape.result_dir,
    window: reportFigureOptions.shape.window,
    seed: option(z.int().min(0).default(1), { description: 'Of the draws of blocks that intervals come from' }),
    latency: pictureOptions.shape.latency,
    throughput: pictureOptions.shape.throughput,
    width: pictureOptions.shape.width,
  },
};

/** What must not get worse. */
export const gateOptions = {
  title: 'Gate',
  shape: {
    fail_if: option(z.array(z.string().min(1)).default([]), {
      description: "Exit code 3 where it is so, such as 'p99(ttft) worse by 5%' 'output_tokens_per_s worse by 3%'",
      accumulates: true,
    }),
    at_clients: option(z.array(z.int().min(1)).default([]), {
      description: 'Loads that decide on the exit code',
      defaultText: 'all that the runs share',
    }),
    allow_unknown: option(z.boolean().default(false), {
      description: 'Exit with 0 also where there are too few requests for a verdict',
    }),
  },
};

export type CompareOptions = OptionsOf<typeof compareOptions> & OptionsOf<typeof gateOptions>;
