import { z } from 'zod';
import type { Load } from '../events/events.ts';
import { check, listFigures } from './figures.ts';
import type { FigureCheck, ImportedRequest, ImportedRun } from './importedRun.ts';
import { pythonFailure } from './pythonFailure.ts';
import { readJson } from './readJson.ts';

const numbers = z.array(z.number());

const results = z.looseObject({
  date: z.string().optional(),
  model_id: z.string(),
  tokenizer_id: z.string().optional(),
  request_rate: z.union([z.number(), z.string()]).nullish(),
  max_concurrency: z.number().nullish(),
  duration: z.number(),
  input_lens: numbers,
  output_lens: numbers,
  ttfts: numbers,
  itls: z.array(numbers),
  errors: z.array(z.string()),
  start_times: numbers.optional(),
});

type Results = z.output<typeof results>;

/**
 * Results of vLLM's `benchmark_serving.py` (`vllm bench serve`) with `--save-detailed`, one load a file. Times of chunks are
 * `ttft` and the sum of the gaps after it; requests begin at `start_times` where the version keeps them.
 */
export function importVllm(path: string): ImportedRun {
  const file = readJson(path, results, "results of vLLM's bench serve with --save-detailed");
  const count = file.input_lens.length;
  const firstSec = Math.min(...(file.start_times ?? []));
  const clients = file.max_concurrency ?? count;
  const requests = Array.from({ length: count }, (_, index) => toRequest(file, index, firstSec, clients));
  const answered = requests.filter(({ outputTokens }) => outputTokens > 0);
  return {
    model: file.model_id,
    tokenizer: file.tokenizer_id ?? file.model_id,
    ...startOf(file.date),
    sweepOptions: { model: file.model_id },
    level: {
      load: loadOf(file, count),
      clients,
      promptLength: meanOf(requests.map(({ promptTokens }) => promptTokens)),
      maxNewTokens: meanOf(answered.map(({ outputTokens }) => outputTokens)),
      streaming: true,
      seconds: file.duration,
      requests,
    },
    notes: [
      ...(file.start_times === undefined
        ? ['vLLM kept no start times: figures over time are absent, throughput is that over the whole duration']
        : []),
      'vLLM counts the tokens of an answer with a tokenizer of its own, from the text',
      'vLLM did not keep when an answer ended: its TPOT counts up to the end of the stream, ours to the last token',
    ],
    checks: checksOf(file, requests),
  };
}

function toRequest(file: Results, index: number, firstSec: number, clients: number): ImportedRequest {
  const ttftMs = (file.ttfts[index] ?? 0) * 1000;
  const outputTokens = file.output_lens[index] ?? 0;
  const startSec = file.start_times?.[index];
  const error = file.errors[index] ?? '';
  const chunksMs = ttftMs === 0 ? [] : arrivals(ttftMs, file.itls[index] ?? []);
  const lastTokenMs = chunksMs.at(-1);
  return {
    client: index % clients,
    ...(startSec === undefined ? {} : { sentAtMs: (startSec - firstSec) * 1000 }),
    promptTokens: file.input_lens[index] ?? 0,
    streamed: true,
    ...(lastTokenMs === undefined ? {} : { firstTokenMs: ttftMs, lastTokenMs, chunksMs }),
    closedMs: lastTokenMs ?? 0,
    outputTokens,
    tokenSource: 'tokenizer',
    ...(error === '' ? {} : { failure: pythonFailure(error) }),
  };
}

function arrivals(ttftMs: number, gapsSec: readonly number[]): readonly number[] {
  let atMs = ttftMs;
  return [ttftMs, ...gapsSec.map((gapSec) => (atMs += gapSec * 1000))];
}

function loadOf({ request_rate, max_concurrency }: Results, count: number): Load {
  if (typeof max_concurrency === 'number') return { kind: 'clients', value: max_concurrency };
  const rate = Number(request_rate ?? Number.POSITIVE_INFINITY);
  // An infinite rate sends everything at once: each request is a client of its own.
  return Number.isFinite(rate) ? { kind: 'ratePerSec', value: rate } : { kind: 'clients', value: count };
}

/**
 * The tool's own figures by its own formulas: an answer that never came has a TTFT of 0 and is in them, standard
 * deviations are of the population, percentiles linear. TPOT needs the end of the stream, which is not stored.
 */
function checksOf(file: Results, requests: readonly ImportedRequest[]): readonly FigureCheck[] {
  const good = requests.filter(({ failure }) => failure === undefined);
  const ttft = listFigures(good.map(({ firstTokenMs }) => firstTokenMs ?? 0));
  const gaps = listFigures(good.flatMap(({ chunksMs = [] }) => gapsOf(chunksMs)));
  const inputTokens = good.reduce((sum, { promptTokens }) => sum + promptTokens, 0);
  const outputTokens = good.reduce((sum, one) => sum + one.outputTokens, 0);
  const perSec = (amount: number) => amount / file.duration;
  const latency = (name: string, figures: typeof ttft | undefined) => [
    ...check(`mean_${name}_ms`, file[`mean_${name}_ms`], figures && (figures.mean ?? 0)),
    ...check(`median_${name}_ms`, file[`median_${name}_ms`], figures && (figures.percentile(0.5) ?? 0)),
    ...check(`std_${name}_ms`, file[`std_${name}_ms`], figures && (figures.populationSd ?? 0)),
    ...check(`p99_${name}_ms`, file[`p99_${name}_ms`], figures && (figures.percentile(0.99) ?? 0)),
  ];
  return [
    ...check('completed', file['completed'], good.length),
    ...check('total_input_tokens', file['total_input_tokens'], inputTokens),
    ...check('total_output_tokens', file['total_output_tokens'], outputTokens),
    ...check('request_throughput', file['request_throughput'], perSec(good.length)),
    ...check('output_throughput', file['output_throughput'], perSec(outputTokens)),
    ...check('total_token_throughput', file['total_token_throughput'], perSec(inputTokens + outputTokens)),
    ...latency('ttft', ttft),
    ...latency('tpot', outputTokens === 0 ? listFigures([]) : undefined),
    ...latency('itl', gaps),
  ];
}

function gapsOf(chunksMs: readonly number[]): readonly number[] {
  return chunksMs.slice(1).map((atMs, index) => atMs - (chunksMs[index] ?? 0));
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
}

/** `20241109-150547`; its zone is not kept, and taken for UTC. */
function startOf(date: string | undefined): Pick<ImportedRun, 'startedAt'> {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)$/.exec(date ?? '');
  if (parts === null) return {};
  const [, year, month, day, hour, minute, second] = parts;
  return { startedAt: `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z` };
}
