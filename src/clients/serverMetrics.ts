import type { ServerFigures, ServerHistogram } from '../events/events.ts';
import { type MetricSample, parsePrometheusText } from './prometheusText.ts';
import {
  type HistogramSource,
  type MetricDialect,
  type MetricSource,
  metricDialects,
  type ServerFigureName,
} from './serverMetricNames.ts';

const dialects: readonly MetricDialect[] = Object.values(metricDialects);
const wanted = new Set(dialects.flatMap(namesOf));

/**
 * Reads a server's page of metrics, whichever server it is: names tell. Figures of several engines or models become one.
 * @param page Prometheus text
 * @returns undefined where nothing on it is known
 */
export function readServerMetrics(page: string): ServerFigures | undefined {
  const samples = parsePrometheusText(page, (name) => wanted.has(name)).filter(isFirstOfItsRanks);
  if (samples.length === 0) return undefined;
  for (const { sources, ttft: histogram } of dialects) {
    const figures: { -readonly [Name in keyof ServerFigures]: ServerFigures[Name] } = {};
    for (const [name, source] of Object.entries(sources) as [ServerFigureName, MetricSource][]) {
      const figure = combined(samples, source);
      if (figure !== undefined) figures[name] = figure;
    }
    const ttft = histogram === undefined ? undefined : readHistogram(samples, histogram);
    if (ttft !== undefined) figures.ttft = ttft;
    if (Object.keys(figures).length > 0) return figures;
  }
  return undefined;
}

/** Ranks of one tensor-parallel group run the same requests: counted once. */
function isFirstOfItsRanks({ labels }: MetricSample): boolean {
  return (labels.tp_rank ?? '0') === '0';
}

function namesOf({ sources, ttft }: MetricDialect): readonly string[] {
  const singles = Object.values(sources).flatMap(({ names }) => names);
  return ttft === undefined ? singles : [...singles, ...['_bucket', '_count', '_sum'].map((end) => ttft.name + end)];
}

function combined(
  samples: readonly MetricSample[],
  { names, labels = {}, combine = 'sum' }: MetricSource,
): number | undefined {
  const values = samples
    .filter(
      ({ name, labels: own }) =>
        names.includes(name) && Object.entries(labels).every(([key, value]) => own[key] === value),
    )
    .map(({ value }) => value)
    .filter(Number.isFinite);
  if (values.length === 0) return undefined;
  if (combine === 'most') return Math.max(...values);
  return sum(values) / (combine === 'mean' ? values.length : 1);
}

function readHistogram(
  samples: readonly MetricSample[],
  { name, unitMs }: HistogramSource,
): ServerHistogram | undefined {
  const byBound = new Map<number, number>();
  const [counts, sums]: [number[], number[]] = [[], []];
  for (const { name: own, labels, value } of samples) {
    if (!Number.isFinite(value)) continue;
    if (own === `${name}_count`) counts.push(value);
    else if (own === `${name}_sum`) sums.push(value);
    else if (own === `${name}_bucket`) {
      const bound = Number(labels.le);
      if (Number.isFinite(bound)) byBound.set(bound, (byBound.get(bound) ?? 0) + value);
    }
  }
  if (counts.length === 0 || sums.length === 0) return undefined;
  const ascending = [...byBound].sort(([one], [other]) => one - other);
  return {
    boundsMs: ascending.map(([bound]) => bound * unitMs),
    counts: ascending.map(([, count]) => count),
    count: sum(counts),
    sumMs: sum(sums) * unitMs,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
