import { z } from 'zod';
import { check, listFigures } from './figures.ts';
import type { FigureCheck } from './importedRun.ts';

const metric = z.looseObject({ value: z.union([z.number(), z.array(z.number())]) });

/** A line of AIPerf's `profile_export.jsonl`. Stamps are ns since 1970; latencies ms. */
export const aiperfRow = z.looseObject({
  metadata: z.looseObject({
    request_start_ns: z.number(),
    request_end_ns: z.number(),
    benchmark_phase: z.string().optional(),
    was_cancelled: z.boolean().optional(),
  }),
  metrics: z.record(z.string(), metric),
  error: z.looseObject({ code: z.number().nullish(), type: z.string().nullish(), message: z.string() }).nullish(),
});

/** What is read of `profile_export_aiperf.json`; its figures are looked up by name. */
export const aiperfSummary = z.looseObject({
  start_time: z.string().optional(),
  end_time: z.string().optional(),
  input_config: z.looseObject({
    models: z.looseObject({ items: z.array(z.looseObject({ name: z.string() })).optional() }).optional(),
    endpoint: z.looseObject({ use_server_token_count: z.boolean().optional() }).optional(),
    tokenizer: z.looseObject({ name: z.string().nullish() }).nullish(),
    phases: z
      .array(
        z.looseObject({
          kind: z.string().optional(),
          concurrency: z.number().nullish(),
          rate: z.number().nullish(),
        }),
      )
      .optional(),
  }),
});

export type AiperfRow = z.output<typeof aiperfRow>;
export type AiperfSummary = z.output<typeof aiperfSummary>;

/** A figure that has one value a request. */
export function figureOf(metrics: AiperfRow['metrics'], name: string): number | undefined {
  const value = metrics[name]?.value;
  return typeof value === 'number' ? value : undefined;
}

/** Both stamps are whole ns, too long for a JSON number: each may be off by up to 256 ns. */
const stampErrorSec = 512e-9;

const shares = [1, 5, 10, 25, 50, 75, 90, 95, 99] as const;

/**
 * AIPerf's summary by its formulas: requests that failed left out, linear percentiles, standard deviation of the
 * population; ITL = (latency - TTFT) / (tokens - 1). `benchmark_duration` lasts from the first start to the last token,
 * but rates are over the time from `start_time` to `end_time`, which the file has in whole microseconds.
 */
export function aiperfChecks(rows: readonly AiperfRow[], summary: AiperfSummary): readonly FigureCheck[] {
  const good = rows.filter(
    ({ error, metadata }) => (error ?? undefined) === undefined && metadata.was_cancelled !== true,
  );
  const of = (name: string) => good.flatMap(({ metrics }) => figureOf(metrics, name) ?? []);
  const itls = good.flatMap(({ metrics }) => itlOf(metrics) ?? []);
  const [inputs, outputs] = [of('input_sequence_length'), of('output_sequence_length')];
  const [input, output] = [sum(inputs), sum(outputs)];
  const single = (name: string, ours: number) => check(name, statedOf(summary, name)['avg'], ours);
  const seconds = observedSec(summary);
  const lasted = secondsOf(good);
  const rate = (name: string, amount: number) =>
    check(name, statedOf(summary, name)['avg'], seconds && amount / seconds, seconds && 1e-6 / seconds);
  return [
    ...spread(summary, 'time_to_first_token', of('time_to_first_token')),
    ...spread(summary, 'request_latency', of('request_latency')),
    ...spread(summary, 'inter_token_latency', itls),
    ...spread(
      summary,
      'inter_chunk_latency',
      good.flatMap(({ metrics }) => metrics['inter_chunk_latency']?.value ?? []),
    ),
    ...spread(
      summary,
      'output_token_throughput_per_user',
      itls.map((ms) => 1000 / ms),
    ),
    ...spread(summary, 'input_sequence_length', inputs),
    ...spread(summary, 'output_sequence_length', outputs),
    ...single('request_count', good.length),
    ...check('benchmark_duration', statedOf(summary, 'benchmark_duration')['avg'], lasted, stampErrorSec / lasted),
    ...rate('request_throughput', good.length),
    ...rate('output_token_throughput', output),
    ...rate('input_token_throughput', input),
    ...rate('total_token_throughput', input + output),
    ...rate('effective_concurrency', sum(of('request_latency')) / 1000),
  ];
}

function itlOf(metrics: AiperfRow['metrics']): number | undefined {
  const [latency, ttft, tokens] = ['request_latency', 'time_to_first_token', 'output_sequence_length'].map((name) =>
    figureOf(metrics, name),
  );
  if (latency === undefined || ttft === undefined || tokens === undefined || tokens < 2) return undefined;
  return (latency - ttft) / (tokens - 1);
}

function secondsOf(good: readonly AiperfRow[]): number {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { metadata, metrics } of good) {
    first = Math.min(first, metadata.request_start_ns);
    last = Math.max(last, metadata.request_start_ns + (figureOf(metrics, 'request_latency') ?? 0) * 1e6);
  }
  return (last - first) / 1e9;
}

function observedSec({ start_time, end_time }: AiperfSummary): number | undefined {
  const [from, to] = [start_time, end_time].map((text = '') => {
    const [whole = '', fraction = '0'] = text.split('.');
    return Date.parse(`${whole}Z`) / 1000 + Number(`0.${fraction}`);
  });
  const seconds = (to ?? Number.NaN) - (from ?? Number.NaN);
  return seconds > 0 ? seconds : undefined;
}

function spread(summary: AiperfSummary, name: string, values: readonly number[]): readonly FigureCheck[] {
  const stated = statedOf(summary, name);
  const figures = listFigures(values);
  return [
    ...check(`${name} avg`, stated['avg'], figures.mean),
    ...check(`${name} min`, stated['min'], figures.min),
    ...check(`${name} max`, stated['max'], figures.max),
    ...check(`${name} std`, stated['std'], figures.populationSd),
    ...shares.flatMap((share) => check(`${name} p${share}`, stated[`p${share}`], figures.percentile(share / 100))),
  ];
}

function statedOf(summary: AiperfSummary, name: string): Readonly<Record<string, unknown>> {
  const stated = summary[name];
  return typeof stated === 'object' && stated !== null ? (stated as Readonly<Record<string, unknown>>) : {};
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
