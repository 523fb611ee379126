import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const serverMetricsOptions = {
  title: 'Metrics of the server',
  shape: {
    server_metrics: option(z.boolean().optional(), {
      description: "Read the server's /metrics while it is measured: running, waiting, KV cache, its own TTFT",
      defaultText: 'true, without a word where there are none',
      presentation: true,
      wholeRun: true,
    }),
    server_metrics_seconds: option(z.number().min(0.1).default(1), {
      description: 'How often they are read within a level, beside its start and its end',
      unit: 's',
      presentation: true,
      wholeRun: true,
    }),
    server_metrics_url: option(
      z
        .string()
        .regex(/^https?:\/\/./, 'expected an address such as http://127.0.0.1:8002/metrics')
        .optional(),
      {
        description: 'Where they are, if not at /metrics of the server: Triton has them on a port of their own',
        defaultText: '/metrics of the server',
        presentation: true,
        wholeRun: true,
      },
    ),
  },
};

export type ServerMetricsOptions = OptionsOf<typeof serverMetricsOptions>;
