import type { Load } from '../events/events.ts';
import { guidellmChecks } from './guidellmChecks.ts';
import { type GuidellmBenchmark, type GuidellmRequest, guidellmReport } from './guidellmReport.ts';
import type { ImportedFailure, ImportedRun } from './importedRun.ts';
import { placeInClients, type UnplacedRequest } from './placeInClients.ts';
import { pythonFailure } from './pythonFailure.ts';
import { readJson } from './readJson.ts';

/**
 * A report of GuideLLM, `benchmarks.json`, with a benchmark for each load. A request runs from `request_start` to
 * `request_end`; its first and last token have stamps, those between have none.
 */
export function importGuidellm(path: string): readonly ImportedRun[] {
  const { benchmarks, config } = readJson(path, guidellmReport, 'figures of a GuideLLM report');
  const model = config?.spec?.backend?.model ?? 'unknown';
  const tokenizer = config?.spec?.tokenizer?.model ?? model;
  return benchmarks.map((benchmark): ImportedRun => {
    const { successful, errored, incomplete } = benchmark.requests;
    const sent = [...(successful ?? []), ...(errored ?? []), ...(incomplete ?? [])].filter(isSent);
    const firstSec = Math.min(...sent.map(({ info }) => info.timings.request_start));
    const { load, clients } = loadOf(benchmark, sent.length);
    const requests = placeInClients(
      sent.map((request) => toRequest(request, firstSec)),
      clients,
    );
    return {
      model,
      tokenizer,
      startedAt: new Date(benchmark.start_time * 1000).toISOString(),
      sweepOptions: { model },
      level: {
        load,
        clients: clients ?? Math.max(...requests.map(({ client }) => client)) + 1,
        promptLength: meanOf(requests.map(({ promptTokens }) => promptTokens)),
        maxNewTokens: meanOf(
          requests.filter(({ failure }) => failure === undefined).map(({ outputTokens }) => outputTokens),
        ),
        streaming: config?.spec?.backend?.stream !== false,
        requests,
      },
      notes: [
        'GuideLLM keeps the stamps of the first and the last token only: gaps between tokens are absent',
        'it does not say which client sent a request: they are dealt out in order of their sending',
      ],
      checks: guidellmChecks(benchmark),
    };
  });
}

type SentRequest = GuidellmRequest & { info: { timings: { request_start: number } } };

/** One that was cancelled in the queue never left. */
function isSent(request: GuidellmRequest): request is SentRequest {
  return typeof request.info.timings.request_start === 'number';
}

function toRequest(request: SentRequest, firstSec: number): UnplacedRequest {
  const { timings, error, status } = request.info;
  const sinceMs = (sec: number | null | undefined): number | undefined =>
    typeof sec === 'number' ? (sec - timings.request_start) * 1000 : undefined;
  const [firstTokenMs, lastTokenMs] = [sinceMs(timings.first_token_iteration), sinceMs(timings.last_token_iteration)];
  const chunks = timings.token_iterations ?? 0;
  const counted = request.output_metrics.total_tokens;
  return {
    sentAtMs: (timings.request_start - firstSec) * 1000,
    promptTokens: request.input_metrics.total_tokens ?? 0,
    streamed: firstTokenMs !== undefined,
    closedMs: sinceMs(timings.request_end ?? timings.resolve_end) ?? 0,
    outputTokens: counted ?? chunks,
    tokenSource: counted === null || counted === undefined ? 'chunks' : 'usage',
    chunks,
    ...(firstTokenMs === undefined || lastTokenMs === undefined ? {} : { firstTokenMs, lastTokenMs }),
    ...(status === 'completed' ? {} : { failure: failureOf(status, error ?? '') }),
  };
}

function failureOf(status: string, error: string): ImportedFailure {
  return status === 'cancelled' ? { kind: 'aborted', reason: 'other', message: error } : pythonFailure(error);
}

/** `concurrent` and `synchronous` have clients; `constant` and `poisson` a rate; `throughput` sends everything at once. */
function loadOf({ config }: GuidellmBenchmark, requests: number): { readonly load: Load; readonly clients?: number } {
  const { streams, rate, type_: kind } = config.strategy;
  if (typeof rate === 'number') return { load: { kind: 'ratePerSec', value: rate } };
  const clients = streams ?? (kind === 'synchronous' ? 1 : requests);
  return { load: { kind: 'clients', value: clients }, clients };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
}
