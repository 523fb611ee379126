import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const listenerOptions = {
  title: 'Listeners',
  shape: {
    sink: option(z.array(z.string().min(1)).optional(), {
      description: 'Sinks of yours that listen to the run, by the paths of their modules',
      presentation: true,
      wholeRun: true,
      accumulates: true,
      defaultText: 'none',
    }),
    serve_metrics: option(
      z
        .string()
        .regex(/^([^:]+:|\[[\da-f:]+\]:)?\d{1,5}$/i, 'expected PORT or HOST:PORT')
        .optional(),
      {
        description: 'Serve the live windows as Prometheus metrics, at http://127.0.0.1:PORT/metrics or HOST:PORT',
        presentation: true,
        wholeRun: true,
        defaultText: 'off',
      },
    ),
    timeline: option(z.string().min(1).optional(), {
      description: 'Write where the time of a short run goes to this file, as a trace for Perfetto (ui.perfetto.dev)',
      presentation: true,
      wholeRun: true,
      defaultText: 'off',
    }),
  },
};

export type ListenerOptions = OptionsOf<typeof listenerOptions>;
