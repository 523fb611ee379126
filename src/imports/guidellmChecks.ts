import { WeightedSample } from '../metrics/definitions/weightedSample.ts';
import { check } from './figures.ts';
import type { GuidellmBenchmark, GuidellmRequest } from './guidellmReport.ts';
import type { FigureCheck } from './importedRun.ts';

type Weighted = readonly [value: number, weight: number];

/**
 * GuideLLM's figures of successful requests by its formulas. Percentiles are the smallest value with at least that share
 * of the weight below or at it; deviations are of the population; TPOT is weighted by the tokens, ITL by the tokens after
 * the first. Of rates only the mean is checked: what happened up to `end_time` / the time between.
 */
export function guidellmChecks(benchmark: GuidellmBenchmark): readonly FigureCheck[] {
  const good = benchmark.requests.successful ?? [];
  const stated = (name: string): Readonly<Record<string, unknown>> => recordIn(benchmark.metrics[name], 'successful');
  const spread = (name: string, values: readonly Weighted[]) => spreadChecks(name, stated(name), values);
  const rate = (name: string, events: readonly Weighted[]) =>
    check(`${name} mean`, stated(name)['mean'], meanRate(events, benchmark));
  return [
    ...spread(
      'request_latency',
      good.map((one) => [(one.info.timings.request_end ?? 0) - startOf(one), 1]),
    ),
    ...spread(
      'time_to_first_token_ms',
      good.map((one) => [ttftMsOf(one), 1]),
    ),
    ...spread(
      'time_per_output_token_ms',
      good.map((one) => [tpotMsOf(one), tokensOf(one)]),
    ),
    ...spread(
      'inter_token_latency_ms',
      good.map((one) => [itlMsOf(one), tokensOf(one) - 1]),
    ),
    ...spread(
      'prompt_token_count',
      good.map((one) => [one.input_metrics.total_tokens ?? 0, 1]),
    ),
    ...spread(
      'output_token_count',
      good.map((one) => [tokensOf(one), 1]),
    ),
    ...rate(
      'requests_per_second',
      good.map((one) => [endOf(one), 1]),
    ),
    ...rate(
      'prompt_tokens_per_second',
      good.map((one) => [firstOf(one), one.input_metrics.total_tokens ?? 0]),
    ),
    ...rate('output_tokens_per_second', good.flatMap(tokenEvents)),
    ...concurrencyCheck(benchmark, good, stated('request_concurrency')['mean']),
  ];
}

function startOf({ info }: GuidellmRequest): number {
  return info.timings.request_start ?? 0;
}

function endOf({ info }: GuidellmRequest): number {
  return info.timings.request_end ?? info.timings.resolve_end ?? 0;
}

function firstOf(one: GuidellmRequest): number {
  return one.info.timings.first_token_iteration ?? endOf(one);
}

function lastOf(one: GuidellmRequest): number {
  return one.info.timings.last_token_iteration ?? endOf(one);
}

function tokensOf({ info, output_metrics }: GuidellmRequest): number {
  return output_metrics.total_tokens ?? info.timings.token_iterations ?? 0;
}

function ttftMsOf(one: GuidellmRequest): number {
  return 1000 * (firstOf(one) - startOf(one));
}

function tpotMsOf(one: GuidellmRequest): number {
  return tokensOf(one) === 0 ? 0 : (1000 * (lastOf(one) - startOf(one))) / tokensOf(one);
}

function itlMsOf(one: GuidellmRequest): number {
  return tokensOf(one) <= 1 ? 0 : (1000 * (lastOf(one) - firstOf(one))) / (tokensOf(one) - 1);
}

/** The tool spreads tokens evenly from the first to the last chunk, one in the first. */
function tokenEvents(one: GuidellmRequest): readonly Weighted[] {
  const chunks = one.info.timings.token_iterations ?? 0;
  const tokens = tokensOf(one);
  if (chunks <= 1) return [[lastOf(one), tokens]];
  const step = (lastOf(one) - firstOf(one)) / (chunks - 1);
  return Array.from({ length: chunks }, (_, index): Weighted => {
    if (index === 0) return [firstOf(one), Math.min(1, tokens)];
    return [index === chunks - 1 ? lastOf(one) : firstOf(one) + index * step, (tokens - 1) / (chunks - 1)];
  });
}

/** Stamps that lie closer together than this count as one. */
const togetherSec = 1e-4;

/** The tool's time ends with the first of the stamps that it takes for one with the last. */
function meanRate(events: readonly Weighted[], { start_time, end_time }: GuidellmBenchmark): number {
  const inside = events.filter(([atSec]) => atSec >= start_time && atSec <= end_time);
  const times = [start_time, ...inside.map(([atSec]) => atSec), end_time].sort((one, other) => one - other);
  let group = start_time;
  for (const atSec of times) if (atSec - group > togetherSec) group = atSec;
  return inside.reduce((total, [, weight]) => total + weight, 0) / (group - start_time);
}

/** Mean number in flight; the tool shifts each stamp by up to what it takes for together. */
function concurrencyCheck(
  { start_time, end_time }: GuidellmBenchmark,
  good: readonly GuidellmRequest[],
  stated: unknown,
): readonly FigureCheck[] {
  const openSec = good.reduce(
    (sum, one) => sum + Math.max(0, Math.min(end_time, endOf(one)) - Math.max(start_time, startOf(one))),
    0,
  );
  const mayShift = (2 * togetherSec * good.length) / openSec;
  return check('request_concurrency mean', stated, openSec / (end_time - start_time), mayShift);
}

const shares = { p01: 0.01, p05: 0.05, p10: 0.1, p25: 0.25, p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 };

function spreadChecks(
  name: string,
  stated: Readonly<Record<string, unknown>>,
  values: readonly Weighted[],
): readonly FigureCheck[] {
  const sample = new WeightedSample();
  for (const [value, weight] of values) sample.add(value, weight);
  const { mean, sd } = sample.distribution();
  const percentiles = recordIn(stated, 'percentiles');
  return [
    ...check(`${name} mean`, stated['mean'], mean),
    ...check(`${name} std_dev`, stated['std_dev'], sd),
    ...Object.entries(shares).flatMap(([key, share]) =>
      check(`${name} ${key}`, percentiles[key], sample.quantile(share)),
    ),
  ];
}

function recordIn(container: unknown, key: string): Readonly<Record<string, unknown>> {
  const inside = typeof container === 'object' && container !== null ? Reflect.get(container, key) : undefined;
  return typeof inside === 'object' && inside !== null ? (inside as Readonly<Record<string, unknown>>) : {};
}
