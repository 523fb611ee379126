import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { check, listFigures } from './figures.ts';
import type { FigureCheck, ImportedRequest, ImportedRun } from './importedRun.ts';
import { readJson } from './readJson.ts';

const row = z.looseObject({
  error_code: z.union([z.number(), z.string()]).nullish(),
  error_msg: z.string().nullish(),
  inter_token_latency_s: z.number().nullish(),
  ttft_s: z.number().nullish(),
  end_to_end_latency_s: z.number().nullable(),
  request_output_throughput_token_per_s: z.number().nullish(),
  number_total_tokens: z.number().nullish(),
  number_output_tokens: z.number().nullish(),
  number_input_tokens: z.number().nullish(),
});

const summaryShape = z.looseObject({
  model: z.string().optional(),
  mean_input_tokens: z.number().optional(),
  mean_output_tokens: z.number().optional(),
  num_concurrent_requests: z.number().optional(),
  timestamp: z.number().optional(),
});

type Row = z.output<typeof row>;
type Summary = z.output<typeof summaryShape>;

/**
 * Individual responses of LLMPerf's `token_benchmark_ray.py`. The summary that it wrote beside them tells model and
 * concurrency, where it is there: `X_summary.json` beside `X_individual_responses.json`, or `summary/X.json` beside
 * `individual/X.json`.
 */
export function importLlmperf(path: string): ImportedRun {
  const rows = readJson(path, z.array(row).min(1), 'individual responses of LLMPerf');
  const summaryPath = summaryBeside(path);
  const summary = summaryPath === undefined ? {} : readJson(summaryPath, summaryShape, 'a summary of LLMPerf');
  const clients = summary.num_concurrent_requests ?? 1;
  const seconds = secondsOf(summary, rows);
  const requests = rows.map((one, index) => toRequest(one, index % clients));
  return {
    model: summary.model ?? 'unknown',
    tokenizer: 'hf-internal-testing/llama-tokenizer',
    ...(summary.timestamp === undefined ? {} : { startedAt: new Date(summary.timestamp * 1000).toISOString() }),
    sweepOptions: {
      model: summary.model ?? 'unknown',
      prompt_length: summary.mean_input_tokens ?? 0,
      max_new_tokens: summary.mean_output_tokens ?? 0,
    },
    level: {
      load: { kind: 'clients', value: clients },
      clients,
      promptLength: summary.mean_input_tokens ?? 0,
      maxNewTokens: summary.mean_output_tokens ?? 0,
      streaming: true,
      ...(seconds === undefined ? {} : { seconds }),
      requests,
    },
    notes: [
      'LLMPerf kept no start times: figures over time are absent',
      ...(seconds === undefined ? ['LLMPerf kept no duration: throughput is absent'] : []),
      ...(summaryPath === undefined ? ['no summary of LLMPerf lies beside the file: concurrency is taken for 1'] : []),
      'LLMPerf kept no chunk times: gaps between chunks are absent; its inter-token latency counts the first token too',
      'end-to-end latency of LLMPerf counts up to the end of the stream, ours to the last token',
    ],
    checks: checksOf(rows, summary, seconds),
  };
}

function summaryBeside(path: string): string | undefined {
  const name = basename(path);
  const folder = dirname(path);
  return [join(folder, name.replace('_individual_responses', '_summary')), join(dirname(folder), 'summary', name)].find(
    (candidate) => candidate !== path && existsSync(candidate),
  );
}

/** The wall clock is not stored, but the rate that was divided by it is. */
function secondsOf(summary: Summary, rows: readonly Row[]): number | undefined {
  const perMinute = summary['results_num_completed_requests_per_min'];
  const completed = rows.filter(isGood).length;
  return typeof perMinute === 'number' && perMinute > 0 && completed > 0 ? (completed * 60) / perMinute : undefined;
}

function isGood({ error_code }: Row): boolean {
  return error_code === null || error_code === undefined;
}

function toRequest(one: Row, client: number): ImportedRequest {
  const outputTokens = one.number_output_tokens ?? 0;
  const common = {
    client,
    promptTokens: one.number_input_tokens ?? 0,
    streamed: true,
    outputTokens,
    tokenSource: 'tokenizer',
    closedMs: (one.end_to_end_latency_s ?? 0) * 1000,
  } as const;
  if (!isGood(one)) {
    const status = Number(one.error_code);
    const message = one.error_msg ?? '';
    const failure =
      status >= 400 && status < 600
        ? ({ kind: 'httpStatus', reason: 'status', message, httpStatus: status } as const)
        : ({ kind: 'protocol', reason: 'other', message } as const);
    return { ...common, failure };
  }
  // Its inter-token latency is the sum of all gaps, the first token's among them, over the tokens.
  const lastTokenMs = (one.inter_token_latency_s ?? 0) * outputTokens * 1000;
  return { ...common, firstTokenMs: (one.ttft_s ?? 0) * 1000, lastTokenMs };
}

const quantiles = [25, 50, 75, 90, 95, 99] as const;

/** LLMPerf's summary by its formulas: rows with an error left out, linear quantiles, standard deviation of the sample. */
function checksOf(rows: readonly Row[], summary: Summary, seconds: number | undefined): readonly FigureCheck[] {
  const good = rows.filter(isGood);
  const columns = [
    'inter_token_latency_s',
    'ttft_s',
    'end_to_end_latency_s',
    'request_output_throughput_token_per_s',
    'number_input_tokens',
    'number_output_tokens',
  ] as const;
  const perColumn = columns.flatMap((column) => {
    const figures = listFigures(good.map((one) => one[column] ?? 0));
    const name = `results_${column}`;
    return [
      ...quantiles.flatMap((q) =>
        check(`${name}_quantiles_p${q}`, summary[`${name}_quantiles_p${q}`], figures.percentile(q / 100)),
      ),
      ...check(`${name}_mean`, summary[`${name}_mean`], figures.mean),
      ...check(`${name}_min`, summary[`${name}_min`], figures.min),
      ...check(`${name}_max`, summary[`${name}_max`], figures.max),
      ...check(`${name}_stddev`, summary[`${name}_stddev`], figures.sampleSd),
    ];
  });
  const tokens = good.reduce((sum, one) => sum + (one.number_output_tokens ?? 0), 0);
  return [
    ...perColumn,
    ...check('results_num_requests_started', summary['results_num_requests_started'], rows.length),
    ...check('results_num_completed_requests', summary['results_num_completed_requests'], good.length),
    ...check('results_number_errors', summary['results_number_errors'], rows.length - good.length),
    ...check('results_error_rate', summary['results_error_rate'], (rows.length - good.length) / rows.length),
    ...check(
      'results_mean_output_throughput_token_per_s',
      summary['results_mean_output_throughput_token_per_s'],
      seconds === undefined ? undefined : tokens / seconds,
    ),
  ];
}
