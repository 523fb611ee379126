import { z } from 'zod';
import { option } from '../core/optionSlice.ts';

const mostWorkers = 1024;
/** Timers count milliseconds in 31 bits. */
const mostSeconds = 2_000_000;
const mostRetries = 100;

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
    retries: option(z.int().min(0).max(mostRetries).default(0), {
      description:
        'How often a request is sent again after 408, 424, 429, 503, 529 or a failure to connect, each try recorded; its latencies count from the first sending',
      unit: 'tries',
    }),
    failure_pause: option(z.number().min(0).max(mostSeconds).default(0), {
      description:
        'How long a client rests after a failed request: clients that fail at once use up their requests early, and end the steady window for all',
      unit: 's',
    }),
  },
};
