import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SpeedometerError } from '../core/errors.ts';
import type { Load } from '../events/events.ts';
import {
  type AiperfRow,
  type AiperfSummary,
  aiperfChecks,
  aiperfRow,
  aiperfSummary,
  figureOf,
} from './aiperfChecks.ts';
import type { ImportedRun } from './importedRun.ts';
import { placeInClients, type UnplacedRequest } from './placeInClients.ts';
import { pythonFailure } from './pythonFailure.ts';
import { readJson } from './readJson.ts';
import { readJsonLines } from './readJsonLines.ts';

/**
 * Records of NVIDIA's AIPerf, `profile_export.jsonl`, one load a file. The summary that it wrote beside them,
 * `profile_export_aiperf.json`, tells model and load. Requests begin at `request_start_ns`; chunks are TTFT and the sum
 * of the gaps after it. Warm-up records are left out.
 */
export function importAiperf(path: string): ImportedRun {
  const what = "records of AIPerf's profile_export.jsonl";
  const all = readJsonLines(path, aiperfRow, what);
  const rows = all.filter(({ metadata }) => metadata.benchmark_phase !== 'warmup');
  const summaryPath = join(dirname(path), 'profile_export_aiperf.json');
  if (rows.length === 0)
    throw new SpeedometerError('usage', `${path}: expected ${what}, found none of its measurement`);
  const summary = existsSync(summaryPath)
    ? readJson(summaryPath, aiperfSummary, "figures of AIPerf's summary")
    : undefined;
  const firstNs = rows.reduce((first, { metadata }) => Math.min(first, metadata.request_start_ns), Infinity);
  const { load, clients } = loadOf(summary, rows.length);
  const countsUsage = summary?.input_config.endpoint?.use_server_token_count === true;
  const requests = placeInClients(
    rows.map((row) => toRequest(row, firstNs, countsUsage)),
    clients,
  );
  const model = summary?.input_config.models?.items?.[0]?.name ?? 'unknown';
  return {
    model,
    tokenizer: summary?.input_config.tokenizer?.name ?? model,
    startedAt: new Date(firstNs / 1e6).toISOString(),
    sweepOptions: { model, prompt_length: meanTokens(rows, 'input_sequence_length') },
    level: {
      load,
      clients: clients ?? Math.max(...requests.map(({ client }) => client)) + 1,
      promptLength: meanTokens(rows, 'input_sequence_length'),
      maxNewTokens: meanTokens(rows, 'output_sequence_length'),
      streaming: rows.some(({ metrics }) => metrics['time_to_first_token'] !== undefined),
      requests,
    },
    notes: [
      'AIPerf does not say which client sent a request: they are dealt out in order of their sending',
      'its start times are whole ns, of which JSON keeps 256 ns; figures of its HTTP trace are not taken over',
      ...(countsUsage ? [] : ['AIPerf counts tokens with a tokenizer of its own, from the text']),
      ...(summary === undefined
        ? ['there was no profile_export_aiperf.json beside the file: model and load are not known']
        : []),
    ],
    checks: summary === undefined ? [] : aiperfChecks(rows, summary),
  };
}

function toRequest({ metadata, metrics, error }: AiperfRow, firstNs: number, countsUsage: boolean): UnplacedRequest {
  const ttftMs = figureOf(metrics, 'time_to_first_token');
  const lastMs = figureOf(metrics, 'request_latency');
  const gaps = metrics['inter_chunk_latency']?.value;
  const outputTokens = figureOf(metrics, 'output_sequence_length') ?? 0;
  const request = {
    sentAtMs: (metadata.request_start_ns - firstNs) / 1e6,
    promptTokens: figureOf(metrics, 'input_sequence_length') ?? figureOf(metrics, 'error_isl') ?? 0,
    streamed: ttftMs !== undefined,
    closedMs: Math.max(lastMs ?? 0, (metadata.request_end_ns - metadata.request_start_ns) / 1e6),
    outputTokens,
    tokenSource: countsUsage ? 'usage' : 'tokenizer',
    ...(ttftMs === undefined || lastMs === undefined
      ? {}
      : { firstTokenMs: ttftMs, lastTokenMs: lastMs, chunksMs: arrivals(ttftMs, Array.isArray(gaps) ? gaps : []) }),
  } as const;
  if (metadata.was_cancelled === true) {
    return { ...request, failure: { kind: 'aborted', reason: 'other', message: 'cancelled by AIPerf' } };
  }
  if (error === undefined || error === null) return request;
  const { code, type, message } = error;
  const words = pythonFailure(`${type ?? ''} ${message}`.trim());
  return {
    ...request,
    failure:
      typeof code === 'number' && code >= 400
        ? { ...words, kind: 'httpStatus', reason: 'status', httpStatus: code }
        : words,
  };
}

function arrivals(ttftMs: number, gapsMs: readonly number[]): readonly number[] {
  let atMs = ttftMs;
  return [ttftMs, ...gapsMs.map((gapMs) => (atMs += gapMs))];
}

/** Without concurrency and rate, everything was sent at once. */
function loadOf(
  summary: AiperfSummary | undefined,
  requests: number,
): { readonly load: Load; readonly clients?: number } {
  const phase = summary?.input_config.phases?.find(({ kind }) => kind === undefined || kind === 'profiling');
  const { concurrency, rate } = phase ?? {};
  if (typeof rate === 'number') return { load: { kind: 'ratePerSec', value: rate } };
  const clients = concurrency ?? (summary === undefined ? 1 : requests);
  return { load: { kind: 'clients', value: clients }, clients };
}

function meanTokens(rows: readonly AiperfRow[], name: string): number {
  const values = rows.flatMap(({ metrics }) => figureOf(metrics, name) ?? []);
  return values.length === 0 ? 0 : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
}
