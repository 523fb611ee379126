import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

/** A client has a connection of its own: one machine has no more of them to one server than some ten thousand. */
const mostClients = 10_000;
/** Percentiles are exact up to a million requests; a level of more says nothing that a shorter one does not. */
const mostRequests = 10_000_000;
const mostRequestsPerClient = 1_000_000;
const mostSeconds = 86_400;
/** No server answers one client more often; where prompts are not drawn beforehand, numbers cost nothing. */
const mostPerClientAndSec = 1000;
/** A level that ends by its precision may take this many times the requests that it would have without. */
const precisionRoom = 16;

export const loadOptions = {
  title: 'Load',
  shape: {
    num_clients: option(
      z
        .union([z.literal('auto'), z.array(z.int().min(1).max(mostClients)).min(1)])
        .default([1, 2, 4, 6, 8, 12, 16, 20, 24, 28, 32]),
      {
        description:
          'The sweep: numbers of parallel clients, run in ascending order; auto doubles them until more bring no more or --objective is missed twice, then looks around the bend',
        word: 'auto',
        unit: 'clients',
        presentation: true,
        decides: 'level',
      },
    ),
    max_clients: option(z.int().min(1).max(mostClients).default(512), {
      description: 'The most clients of --num_clients auto',
      unit: 'clients',
      presentation: true,
    }),
    num_requests_per_client: option(z.int().min(1).max(mostRequestsPerClient).default(16), {
      description: 'Measured requests of each client',
      unit: 'requests',
    }),
    min_requests: option(z.int().min(1).max(mostRequests).default(128), {
      description: 'A level has at least this many measured requests',
      unit: 'requests',
    }),
    level_seconds: option(z.number().positive().max(mostSeconds).optional(), {
      description:
        'A level takes that long: clients send until then, whatever --num_requests_per_client says; with --request_rate, requests arrive for so long',
      unit: 's',
      defaultText: 'until the requests are done; at a rate as long as min_requests take to arrive, at least 30',
    }),
    think_time: option(z.number().positive().max(mostSeconds).optional(), {
      description: 'How long a client of --num_clients thinks between an answer and its next request, on average',
      unit: 's',
      defaultText: 'not at all',
    }),
    think_spread: option(z.enum(['exponential', 'fixed']).default('exponential'), {
      description: 'How think times are spread: exponential about --think_time, or each exactly that',
    }),
    warmup_requests: option(z.int().min(0).max(10_000).default(1), {
      description: 'Requests of each client before measuring; in no figure',
      unit: 'requests',
    }),
  },
};

export type LoadOptions = OptionsOf<typeof loadOptions>;

/**
 * What has no effect in a closed loop, in words.
 * @param given whether an option was given
 */
export function loadWarnings(options: LoadOptions, given: (name: string) => boolean): readonly string[] {
  const warnings: string[] = [];
  if (options.level_seconds !== undefined) {
    const counts = (['num_requests_per_client', 'min_requests'] as const).filter(given);
    warnings.push(...counts.map((name) => `--${name}: has no effect, as levels end by --level_seconds`));
  }
  if (given('think_spread') && options.think_time === undefined) {
    warnings.push('--think_spread: has no effect without --think_time');
  }
  return warnings;
}

/** A level with more requests than can be measured, in words; `undefined` where there is none. */
export function excessRequests(options: LoadOptions): string | undefined {
  const clients = mostClientsOf(options);
  const planned = plannedRequests(options, clients);
  if (planned <= mostRequests) return undefined;
  return `${clients} clients with ${options.num_requests_per_client} requests each are ${planned} in a level, expected at most ${mostRequests}`;
}

/**
 * Measured requests of a level with that many clients; with `level_seconds` the most that there may be.
 * @param isDrawn whether all of them are drawn beforehand: then a level by time has fewer, and may end early
 */
export function plannedRequests(options: LoadOptions, clients: number, isDrawn = false): number {
  const { level_seconds: seconds } = options;
  if (seconds !== undefined && !isDrawn)
    return Math.min(mostRequests, Math.ceil(clients * seconds * mostPerClientAndSec));
  const once = Math.max(options.min_requests, options.num_requests_per_client * clients);
  return options.num_clients === 'auto' || seconds !== undefined ? precisionRoom * once : once;
}

/** The largest load that a sweep may have. */
export function mostClientsOf({ num_clients, max_clients }: LoadOptions): number {
  return num_clients === 'auto' ? max_clients : Math.max(...num_clients);
}
