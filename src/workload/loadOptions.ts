import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const loadOptions = {
  title: 'Load',
  shape: {
    num_clients: option(z.array(z.int().min(1)).min(1).default([1, 2, 4, 6, 8, 12, 16, 20, 24, 28, 32]), {
      description: 'The sweep: numbers of parallel clients, run in ascending order',
      unit: 'clients',
      presentation: true,
    }),
    num_requests_per_client: option(z.int().min(1).default(16), {
      description: 'Measured requests of each client',
      unit: 'requests',
    }),
    min_requests: option(z.int().min(1).default(128), {
      description: 'A level has at least this many measured requests',
      unit: 'requests',
    }),
    warmup_requests: option(z.int().min(0).default(1), {
      description: 'Requests of each client before measuring; in no figure',
      unit: 'requests',
    }),
  },
};

export type LoadOptions = OptionsOf<typeof loadOptions>;

/** Measured requests of a level with that many clients. */
export function plannedRequests(options: LoadOptions, clients: number): number {
  return Math.max(options.min_requests, options.num_requests_per_client * clients);
}
