import { z } from 'zod';
import { option } from '../core/optionSlice.ts';

const mostWorkers = 1024;
/** Timers count milliseconds in 31 bits. */
const mostSeconds = 2_000_000;

export const engineOptions = {
  title: 'Engine',
  shape: {
    workers: option(z.int().min(1).max(mostWorkers).optional(), {
      description: 'Processes that carry the clients',
      unit: 'processes',
      wholeRun: true,
      defaultText: 'one for each 128 clients, at most cores - 1',
    }),
    use_threading: option(z.boolean().default(false), {
      description: 'Carry the clients in worker threads instead of processes',
      wholeRun: true,
    }),
    request_timeout: option(z.number().positive().max(mostSeconds).default(600), {
      description: 'A request that takes longer has failed',
      unit: 's',
    }),
    no_progress_timeout: option(z.number().positive().max(mostSeconds).optional(), {
      description: 'A request has failed when no byte came for that long',
      unit: 's',
      defaultText: 'off',
    }),
  },
};
