import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';
import type { RateRamp } from '../events/events.ts';
import type { OpenLoop } from '../events/openLoop.ts';
import type { LoadOptions } from './loadOptions.ts';
import { meanRate, parseRamp, rampProblem } from './rateRamp.ts';

/** What one machine can send is far below; what is above is a slip of the finger. */
const mostPerSec = 100_000;
/** Requests of a level, by their mean number. */
const mostArrivals = 10_000_000;
/** A shorter level shows no drift, and its edges weigh too much. */
const leastSeconds = 30;
const probeFillingSeconds = 2;

export const openLoopOptions = {
  title: 'Open loop',
  shape: {
    request_rate: option(z.array(z.number().positive().max(mostPerSec)).min(1).optional(), {
      description:
        'In place of --num_clients: rates at which requests arrive, whatever becomes of those before; run in ascending order',
      unit: 'requests/s',
      presentation: true,
      decides: 'level',
    }),
    ramp: option(
      z
        .array(z.string().min(1))
        // As one word, in quotes, it means the same.
        .transform((words) => words.join(' ').trim().split(/\s+/))
        .refine((words) => rampProblem(words) === undefined, {
          error: ({ input }) => rampProblem(input as readonly string[]) ?? '',
        })
        .optional(),
      {
        description:
          'In place of --request_rate: one level in which the rate changes, linear or exponential, from..to, such as linear 1..20',
        unit: 'requests/s',
        decides: 'level',
      },
    ),
    search_rate: option(z.boolean().default(false), {
      description:
        'Look for the largest rate at which --objective is kept: a closed loop of --num_clients tells where to begin, then rates are bisected',
      presentation: true,
      decides: 'level',
    }),
    arrivals: option(z.enum(['constant', 'poisson', 'gamma']).default('poisson'), {
      description: 'How gaps between arrivals are spread: all alike, exponential, or by --burstiness',
    }),
    burstiness: option(z.number().positive().max(20).default(1), {
      description:
        'Of --arrivals gamma: standard deviation of the gaps over their mean; 1 is Poisson, 0.1 nearly constant',
    }),
    max_in_flight: option(z.int().min(1).max(10_000).default(1024), {
      description: 'Most requests in flight with --request_rate; what is due beyond them waits, and is counted',
      unit: 'requests',
    }),
  },
};

export type OpenLoopOptions = OptionsOf<typeof openLoopOptions>;
/** What the length of a level follows from. */
type LevelLength = Pick<LoadOptions, 'level_seconds' | 'min_requests'>;

/** The load of one level at a rate. */
export function openLoopAt(options: OpenLoopOptions & LevelLength, ratePerSec: number, seed: number): OpenLoop {
  const ramp = rampOf(options);
  return {
    process: options.arrivals,
    ratePerSec,
    ...(ramp === undefined ? {} : { ramp }),
    burstiness: options.burstiness,
    seconds: options.level_seconds ?? Math.max(leastSeconds, options.min_requests / ratePerSec),
    // How long a probe takes is not known beforehand, and so no tenth of it.
    ...(options.search_rate ? { fillingSeconds: probeFillingSeconds } : {}),
    // A ramp fills the server all the time: no part of it is to be left out.
    ...(ramp === undefined ? {} : { fillingSeconds: 0 }),
    seed,
    maxInFlight: options.max_in_flight,
  };
}

/** How the rate changes within a level; `undefined` where it does not. */
export function rampOf({ ramp }: Pick<OpenLoopOptions, 'ramp'>): RateRamp | undefined {
  return ramp === undefined ? undefined : parseRamp(ramp);
}

/** The rates of levels; a ramp is one level, named by its mean rate. */
export function ratesOf(options: Pick<OpenLoopOptions, 'request_rate' | 'ramp'>): readonly number[] | undefined {
  const ramp = rampOf(options);
  return ramp === undefined ? options.request_rate : [Number(meanRate(ramp).toPrecision(4))];
}

/**
 * What does not fit together where requests arrive at a rate, in words.
 * @param given whether an option was given
 */
export function openLoopProblems(
  options: OpenLoopOptions & LevelLength,
  given: (name: string) => boolean,
): readonly string[] {
  const { request_rate: rates, search_rate, ramp } = options;
  const problems: string[] = [];
  if (search_rate) problems.push(...searchProblems(options, given));
  if (rates === undefined) {
    if (search_rate) return problems;
    return (['arrivals', 'burstiness', 'max_in_flight'] as const)
      .filter(given)
      .map((name) => `--${name}: belongs to an open loop, expected --request_rate or --ramp beside it`);
  }
  if (ramp !== undefined && given('request_rate')) {
    problems.push('--request_rate: --ramp says itself at which rates requests arrive, expected one of the two');
  }
  const name = ramp === undefined ? '--request_rate' : '--ramp';
  if (given('num_clients')) {
    problems.push(`--num_clients: clients make a closed loop and ${name} an open one, expected one of the two`);
  }
  if (given('think_time')) {
    problems.push('--think_time: nobody waits for an answer in an open loop, expected --num_clients with it');
  }
  if (given('precision')) problems.push(`--precision: ends levels of clients, expected --level_seconds with ${name}`);
  if (given('burstiness') && options.arrivals !== 'gamma') {
    problems.push(`--burstiness: has no effect on --arrivals ${options.arrivals}, expected --arrivals gamma`);
  }
  const most = Math.max(...rates);
  const arrivals = Math.round(most * openLoopAt(options, most, 0).seconds);
  if (arrivals > mostArrivals) {
    problems.push(`${name}: ${most} requests/s are ${arrivals} in a level, expected at most ${mostArrivals}`);
  }
  return problems;
}

function searchProblems(
  { request_rate: rates, ramp }: OpenLoopOptions,
  given: (name: string) => boolean,
): readonly string[] {
  const problems: string[] = [];
  const name = ramp === undefined ? '--request_rate' : '--ramp';
  if (rates !== undefined) problems.push(`${name}: --search_rate chooses the rates, expected one of the two`);
  if (given('think_time'))
    problems.push('--think_time: nobody waits for an answer at a rate, expected none with --search_rate');
  if (given('precision'))
    problems.push('--precision: rates have their own rule for the end of a level, expected none with --search_rate');
  if (!given('objective')) {
    problems.push(
      "--search_rate: without a limit every rate is kept, expected --objective such as 'p99(ttft) < 500ms'",
    );
  }
  return problems;
}
