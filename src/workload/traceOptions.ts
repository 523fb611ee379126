import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';
import type { OpenLoop } from '../events/openLoop.ts';
import type { Trace, TraceWindow } from './traceFile.ts';

/** A year of trace in half a minute. */
const mostSpeed = 1_000_000;
const windowPattern = /^(\d+(?:\.\d+)?)?\.\.(\d+(?:\.\d+)?)?$/;

export const traceOptions = {
  title: 'Traces',
  shape: {
    trace: option(z.string().min(1).optional(), {
      description:
        'In place of --num_clients: a file with arrival times and lengths of requests, which are sent as they arrived (CSV or JSON lines, columns found by name)',
      expands: true,
      decides: 'prompts',
    }),
    trace_speed: option(z.array(z.number().positive().max(mostSpeed)).min(1).default([1]), {
      description: 'How many times faster than recorded a trace is sent; a level for each, in ascending order',
      unit: 'x',
      presentation: true,
      decides: 'level',
    }),
    trace_window: option(
      z
        .string()
        .regex(windowPattern, 'expected FROM..TO, such as 60..360, 60.. or ..300')
        .refine((text) => {
          const { fromMs, toMs } = parseTraceWindow(text);
          return toMs > fromMs;
        }, 'expected an end after the beginning')
        .optional(),
      {
        description: 'The part of a trace that is sent, from..to, in seconds of its own time from its first request',
        unit: 's',
        expands: true,
        decides: 'prompts',
      },
    ),
  },
};

export type TraceOptions = OptionsOf<typeof traceOptions>;

/** Reads `from..to` in seconds, either of which may be left out. */
export function parseTraceWindow(text: string): TraceWindow {
  const [, from = '0', to = 'Infinity'] = windowPattern.exec(text) ?? [];
  return { fromMs: Number(from) * 1000, toMs: Number(to) * 1000 };
}

/**
 * The load of one level of a trace.
 *
 * due = (time in the trace - time of its beginning) / speed; the level lasts until a next request could be due.
 */
export function traceLoad({ atMs, spanMs }: Trace, speed: number, maxInFlight: number, seed: number): OpenLoop {
  return {
    process: 'trace',
    dueMs: atMs.map((ms) => ms / speed),
    ratePerSec: (atMs.length * 1000 * speed) / spanMs,
    burstiness: 1,
    seconds: spanMs / speed / 1000,
    seed,
    maxInFlight,
  };
}

const lengthOptions = [
  'prompt_length',
  'prompt_length_var',
  'prompt_length_shape',
  'length_pairs',
  'prefix_tokens',
  'prefix_groups',
  'prefix_zipf',
] as const;
const loadOptions = [
  'num_clients',
  'request_rate',
  'ramp',
  'search_rate',
  'arrivals',
  'burstiness',
  'level_seconds',
  'precision',
  'think_time',
] as const;

/**
 * What does not fit together where a trace is sent, in words.
 * @param given whether an option was given
 */
export function traceProblems(options: TraceOptions, given: (name: string) => boolean): readonly string[] {
  if (options.trace === undefined) {
    return (['trace_speed', 'trace_window'] as const)
      .filter(given)
      .map((name) => `--${name}: belongs to a trace, expected --trace beside it`);
  }
  return [
    ...loadOptions
      .filter(given)
      .map((name) => `--${name}: a trace says itself when requests arrive, expected one of the two`),
    ...lengthOptions.filter(given).map((name) => `--${name}: a trace says itself how long prompts are`),
  ];
}
