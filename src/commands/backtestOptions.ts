import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';
import { reportOptions } from './reportOptions.ts';

/** Which rules are tried, and where the tables go. */
export const backtestOptions = {
  title: 'Backtest',
  shape: {
    stop: option(z.array(z.string().min(1)).default(['plateau']), {
      description: 'Rules that would have ended a sweep, as for run: each is tried by itself',
      accumulates: true,
      defaultText: 'plateau',
    }),
    price_per_1m_tokens: option(z.array(z.number().min(0)).min(1).max(2).optional(), {
      description: 'What a million tokens cost, for rules with cost; two prices are those of prompts and of answers',
      defaultText: "the run's",
    }),
    format: option(z.enum(['text', 'json', 'md']).default('text'), { description: 'How the tables are written' }),
    to: option(z.string().min(1).optional(), {
      description: 'File to write, or - for standard output',
      defaultText: 'standard output',
    }),
    result_dir: reportOptions.shape.result_dir,
  },
};

/** The parsed options of `backtest`. */
export type BacktestOptions = OptionsOf<typeof backtestOptions>;
