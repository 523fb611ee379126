import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';
import { definitionsNames } from '../metrics/definitions/allDefinitions.ts';

/** What a report shows, and where it goes. */
export const reportOptions = {
  title: 'Report',
  shape: {
    format: option(z.enum(['text', 'json', 'html', 'svg', 'png', 'csv', 'md']).default('text'), {
      description: 'text, csv and md are tables; html is a page by itself; svg and png are one picture',
    }),
    to: option(z.string().min(1).optional(), {
      description: 'File to write, or - for standard output',
      defaultText: 'standard output; report.FORMAT in the folder of the run for html, svg and png on a terminal',
    }),
    result_dir: option(z.string().min(1).default('./results'), {
      description: 'Where "latest" is looked for, in RESULT_DIR/runs',
    }),
  },
};

/** Which figures. */
export const reportFigureOptions = {
  title: 'Figures',
  shape: {
    window: option(
      z
        .string()
        .regex(
          /^(steady|all|\d+(\.\d+)?\.\.\d+(\.\d+)?)$/,
          'expected steady, all or FROM..TO in seconds, such as 10..60',
        )
        .default('steady'),
      { description: "steady, all (without the drain), or FROM..TO in seconds from each level's start" },
    ),
    definitions: option(z.enum(definitionsNames).optional(), {
      description: 'Figures by the formulas of another tool, to be held beside its results',
      defaultText: 'ours',
    }),
    percentiles: option(z.array(z.number().min(0).max(100)).default([]), {
      description: 'Percentiles beside those of the table, such as 75 99.9',
      unit: '%',
    }),
    objective: option(z.array(z.string().min(1)).default([]), {
      description:
        "What is to be kept at each load, such as 'p99(ttft) < 500ms' 'error_ratio < 1%': verdicts, goodput, and exit code 3 where one is missed",
      accumulates: true,
    }),
    at_clients: option(z.array(z.int().min(1)).default([]), {
      description: 'Loads whose objectives decide on the exit code',
      defaultText: 'all',
    }),
    allow_unknown: option(z.boolean().default(false), {
      description: 'Exit with 0 also where there are too few requests for a verdict',
    }),
  },
};

/** Which picture, for svg and png. */
export const pictureOptions = {
  title: 'Picture',
  shape: {
    picture: option(z.enum(['curve', 'load', 'distributions', 'timeline']).default('curve'), {
      description: 'curve: latency over throughput; load: throughput over clients',
    }),
    latency: option(z.enum(['e2e', 'ttft', 'tpot']).default('e2e'), { description: 'Latency of the curve' }),
    throughput: option(z.enum(['tokens', 'requests']).default('tokens'), {
      description: 'Throughput of the curve; requests where tokens were not counted',
    }),
    width: option(z.int().min(320).max(4000).default(760), { description: 'Width of the picture', unit: 'px' }),
  },
};

export type ReportOptions = OptionsOf<typeof reportOptions> &
  OptionsOf<typeof reportFigureOptions> &
  OptionsOf<typeof pictureOptions>;
