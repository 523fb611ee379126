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
/** Only shares are averaged over engines, and only they have a highest value. */
const shares = dialects.flatMap(({ sources }) => Object.values(sources)).filter(({ combine }) => combine === 'mean');

/**
 * Reads a server's page of metrics, whichever server it is: names tell. Figures of several engines or models become one.
 * @param page Prometheus text
 * @param onImpossible told of each value that cannot be; all that has its name is left out
 * @returns undefined where nothing on it is known
 */
export function readServerMetrics(
  page: string,
  onImpossible: (sample: MetricSample) => void = () => {},
): ServerFigures | undefined {
  const all = parsePrometheusText(page, (name) => wanted.has(name)).filter(isFirstOfItsRanks);
  const impossible = all.filter(isImpossible);
  impossible.forEach(onImpossible);
  // A sum without one of its parts would be another figure.
  const samples = impossible.length === 0 ? all : without(all, impossible);
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

/** All that is read counts something, or is the share of something. */
function isImpossible(sample: MetricSample): boolean {
  const most = shares.some((source) => isOf(sample, source)) ? 1 : Number.MAX_SAFE_INTEGER;
  return !(sample.value >= 0 && sample.value <= most);
}

function isOf({ name, labels: own }: MetricSample, { names, labels = {} }: MetricSource): boolean {
  return names.includes(name) && Object.entries(labels).every(([key, value]) => own[key] === value);
}

function without(all: readonly MetricSample[], impossible: readonly MetricSample[]): readonly MetricSample[] {
  const names = new Set(impossible.map(seriesOf));
  return all.filter((sample) => !names.has(seriesOf(sample)));
}

/** The name that the parts of a histogram share. */
function seriesOf({ name }: MetricSample): string {
  return name.replace(/_(bucket|count|sum)$/, '');
}

/** Ranks of one tensor-parallel group run the same requests: counted once. */
function isFirstOfItsRanks({ labels }: MetricSample): boolean {
  return (labels.tp_rank ?? '0') === '0';
}

function namesOf({ sources, ttft }: MetricDialect): readonly string[] {
  const singles = Object.values(sources).flatMap(({ names }) => names);
  return ttft === undefined ? singles : [...singles, ...['_bucket', '_count', '_sum'].map((end) => ttft.name + end)];
}

function combined(samples: readonly MetricSample[], source: MetricSource): number | undefined {
  const { combine = 'sum' } = source;
  const values = samples.filter((sample) => isOf(sample, source)).map(({ value }) => value);
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
