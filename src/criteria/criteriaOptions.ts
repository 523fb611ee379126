import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

/** They change no figure of a level, and hold for the whole run. */
const ofRun = { presentation: true, wholeRun: true } as const;

export const criteriaOptions = {
  title: 'Stop criteria',
  shape: {
    early_stop_latency: option(z.number().positive().default(10), {
      description: "No larger level is run once a level's mean end-to-end latency reaches this",
      ...ofRun,
      unit: 's',
    }),
    max_error_ratio: option(z.number().min(0).max(1).default(0.5), {
      description:
        'Ends the level and the sweep, with exit code 3, once more than this share of at least max(20, clients) outcomes failed; a level that is over is judged whatever its size',
      ...ofRun,
    }),
    max_level_seconds: option(z.number().positive().optional(), {
      description: 'Ends a level after that long, and goes on with the next',
      ...ofRun,
      unit: 's',
      defaultText: 'off',
    }),
    stop_at_plateau: option(z.boolean().default(false), {
      description: 'End the sweep once a level brings less than 5 % more throughput than the one before',
      ...ofRun,
    }),
    stop: option(z.array(z.string().min(1)).optional(), {
      description:
        "Ends the sweep once it is true: a condition such as 'gain(throughput) < 5% and elapsed > 30s', a name such as plateau, or a module of yours (./my-criterion.js). See docs/criteria.md",
      ...ofRun,
      accumulates: true,
      defaultText: 'none',
    }),
    stop_level: option(z.array(z.string().min(1)).optional(), {
      description: "Ends the level once it is true, and goes on with the next: 'error_ratio > 20% for 5s'",
      ...ofRun,
      accumulates: true,
      defaultText: 'none',
    }),
    stop_mode: option(z.enum(['drain', 'abort']).optional(), {
      description: 'What becomes of open requests when a criterion stops a level: they are answered first, or cut off',
      ...ofRun,
      defaultText: 'drain',
    }),
    objective: option(z.array(z.string().min(1)).optional(), {
      description:
        "What requests are to keep, such as 'p99(ttft) < 500ms': goodput, and the share of requests that keep it, for each level. Missed by two loads in a row it ends --num_clients auto. See docs/workloads.md",
      ...ofRun,
      accumulates: true,
      defaultText: 'none',
    }),
    attain: option(z.number().min(0.5).max(0.9999).optional(), {
      description: 'Share of requests that is to keep every --objective',
      ...ofRun,
      defaultText: 'what the percentiles of the objectives say',
    }),
    budget_requests: option(z.int().min(1).optional(), {
      description: 'Ends the run once that many requests have ended, warm-ups too',
      ...ofRun,
      defaultText: 'no limit',
    }),
    budget_tokens: option(z.int().min(1).optional(), {
      description: 'Ends the run once prompts and answers had that many tokens',
      ...ofRun,
      unit: 'tokens',
      defaultText: 'no limit',
    }),
    budget_seconds: option(z.number().positive().optional(), {
      description: 'Ends the run after that long',
      ...ofRun,
      unit: 's',
      defaultText: 'no limit',
    }),
    budget_cost: option(z.number().positive().optional(), {
      description: 'Ends the run once its tokens have cost that much, by --price_per_1m_tokens',
      ...ofRun,
      defaultText: 'no limit',
    }),
    price_per_1m_tokens: option(z.array(z.number().min(0)).min(1).max(2).optional(), {
      description: 'What a million tokens cost, in any currency; two prices are those of prompts and of answers',
      ...ofRun,
      defaultText: 'not known',
    }),
  },
};

export type CriteriaOptions = OptionsOf<typeof criteriaOptions>;
