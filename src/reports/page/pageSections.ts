import { cpuLimitRatio, loopDelayFloorMs } from '../../metrics/generatorTally.ts';
import type { HistogramBin } from '../../metrics/histogram.ts';
import type { LevelSummary } from '../../metrics/levelSummary.ts';
import type { ServerSummary } from '../../metrics/serverSummary.ts';
import { askedLengths } from '../../workload/askedLengths.ts';
import { pageTheme } from '../charts/chartTheme.ts';
import { drawCurve } from '../charts/curveChart.ts';
import {
  type CurveSeries,
  knowsTokens,
  type LatencyChoice,
  latencyOf,
  statistics,
  type ThroughputChoice,
  throughputOf,
} from '../charts/curveSeries.ts';
import { drawLengths, type LengthsDrawn } from '../charts/lengthChart.ts';
import { drawLoadChart } from '../charts/loadChart.ts';
import { drawCdf, drawHistograms } from '../charts/spreadChart.ts';
import { element } from '../charts/svg.ts';
import { drawTimeline } from '../charts/timelineChart.ts';
import {
  absent,
  formatCount,
  formatDuration,
  formatLoad,
  formatNumber,
  formatPercent,
  formatTokens,
  loadHead,
} from '../quantities.ts';
import type { ReportedRun, ReportedSweep } from '../reportedRun.ts';
import { chartWidths, explained, figure, subtitle, table, tabs, text } from './pageParts.ts';

const theme = pageTheme;
const latencyLabels = { e2e: 'e2e', ttft: 'TTFT', tpot: 'TPOT' } as const;

/** Throughput against latency: every latency, in tokens and in requests. */
export function renderCurves(series: readonly CurveSeries[]): string {
  const isOffered = series.every(({ levels }) => loadHead(levels) !== 'clients');
  const rates: readonly ThroughputChoice[] = knowsTokens(series) && !isOffered ? ['tokens', 'requests'] : ['requests'];
  return tabs(
    'curve',
    rates.flatMap((throughput) =>
      (Object.keys(latencyLabels) as LatencyChoice[]).map((latency) => ({
        name: `${latencyLabels[latency]}${rates.length === 1 ? '' : ` / ${throughput}`}`,
        content: figure(chartWidths.main, (width) =>
          drawCurve(series, { width, height: Math.round(width * 0.35 + 180), throughput, latency, theme }),
        ),
      })),
    ),
  );
}

/** Throughput and each latency over the load. */
export function renderLoads(series: readonly CurveSeries[]): string {
  const rate: ThroughputChoice = knowsTokens(series) ? 'tokens' : 'requests';
  const label = rate === 'tokens' ? 'Output tokens/s' : 'Requests/s';
  const chart = (name: string, lines: Parameters<typeof drawLoadChart>[1]['lines']): string =>
    figure(chartWidths.half, (width) => drawLoadChart(series, { width, height: 280, label: name, lines, theme }));
  const latencies = (Object.keys(latencyLabels) as LatencyChoice[]).map((latency) =>
    chart(
      `${latencyLabels[latency]} (ms)`,
      (series.length === 1 ? statistics : (['mean'] as const)).map((statistic) => ({
        name: statistic,
        figureOf: (level) => latencyOf(level, latency)[statistic],
      })),
    ),
  );
  const throughput = chart(label, [{ name: label, figureOf: (level) => throughputOf(level, rate) }]);
  return element('div', { class: 'pair' }, throughput, ...latencies);
}

/** Histogram and cumulative distribution of each latency. @param group tells the tabs of several sweeps apart */
export function renderSpreads({ levels, run, label }: ReportedSweep, group: string): string {
  const figures = [
    { name: 'TTFT', key: 'ttftMs' },
    { name: 'TPOT', key: 'tpotMs' },
    { name: 'ITL', key: 'itlMs' },
    { name: 'e2e', key: 'e2eMs' },
  ] as const;
  const panels = figures.map(({ name, key }) => {
    const spreads = levels.flatMap(({ level, load }) => {
      const spread = run.details.get(level)?.spreads[key];
      return spread === undefined ? [] : [{ load, spread }];
    });
    const histograms = figure(chartWidths.half, (width) => drawHistograms(spreads, { width, name, theme }));
    const cdf = figure(chartWidths.half, (width) => drawCdf(spreads, { width, name, theme }));
    return { name, content: histograms === '' ? '' : element('div', { class: 'pair' }, histograms, cdf) };
  });
  const drawn = tabs(group, panels);
  return drawn === '' ? '' : subtitle(label) + drawn;
}

/** One run over time. */
export function renderTimeline(run: ReportedRun, label: string): string {
  const { levels } = run.summary;
  const timed = levels.flatMap(({ level, load }) => {
    const detail = run.details.get(level);
    return detail === undefined ? [] : [{ load, detail }];
  });
  const inTokens = levels.every(({ steady }) => steady === undefined || steady.outputTokensPerSec !== undefined);
  const drawn = figure(chartWidths.whole, (width) => drawTimeline(timed, { width, inTokens, theme }));
  return drawn === '' ? '' : subtitle(label) + drawn;
}

/** Lengths of prompts and answers: asked for, and what came. */
export function renderLengths({ levels, run, label }: ReportedSweep): string {
  const rows = levels
    .filter(({ requests }) => requests.completed > 0)
    .map(({ load, promptLength, achieved }) => ({
      cells: [
        formatLoad(load),
        formatTokens(promptLength),
        formatTokens(achieved.promptTokens),
        formatTokens(achieved.askedOutputTokens),
        formatTokens(achieved.outputTokens),
      ].map((content) => ({ content })),
    }));
  if (rows.length === 0) return '';
  const head = [loadHead(levels), 'prompt asked', 'prompt sent', 'output asked', 'output came'].map((content) => ({
    content,
  }));
  const details = levels.flatMap(({ level }) => run.details.get(level) ?? []);
  const merged = (name: 'prompts' | 'asked' | 'came') => mergedBins(details.map(({ lengths }) => lengths[name]));
  const draw = (what: LengthsDrawn) => figure(chartWidths.half, (width) => drawLengths(what, { width, theme }));
  const prompts = draw({ label: 'Prompt tokens', came: merged('prompts'), asked: [] });
  const answers = draw({ label: 'Output tokens', came: merged('came'), asked: merged('asked') });
  const options = run.summary.sweeps.find(({ id }) => id === levels[0]?.sweep)?.options ?? {};
  const words = askedLengths(options);
  const title = `Lengths in tokens, means${words === '' ? '' : ` (asked: ${words})`}`;
  return subtitle(label) + element('div', { class: 'pair' }, prompts, answers) + table(title, head, rows);
}

/** What the server said of itself, where it did. */
export function renderServer({ levels, label }: ReportedSweep): string {
  const heard = levels.flatMap((level) => (level.server === undefined ? [] : [{ ...level, server: level.server }]));
  const told = serverColumns.filter(({ cell }) => heard.some((level) => cell(level.server, level) !== absent));
  if (told.length === 0) return '';
  const head = [loadHead(levels), ...told.map(({ name }) => name)].map((content) => ({ content }));
  const rows = heard.map((level) => ({
    cells: [formatLoad(level.load), ...told.map(({ cell }) => cell(level.server, level))].map((content) => ({
      content,
    })),
  }));
  return subtitle(label) + table('By the metrics of the server', head, rows);
}

const serverColumns: readonly {
  readonly name: string;
  readonly cell: (server: ServerSummary, level: LevelSummary) => string;
}[] = [
  { name: 'running mean', cell: ({ running }) => formatNumber(running?.mean) },
  { name: 'running max', cell: ({ running }) => formatCount(running?.max) },
  { name: 'waiting mean', cell: ({ waiting }) => formatNumber(waiting?.mean) },
  { name: 'waiting max', cell: ({ waiting }) => formatCount(waiting?.max) },
  { name: 'KV cache mean', cell: ({ kvCacheRatio }) => formatPercent(kvCacheRatio?.mean) },
  { name: 'KV cache max', cell: ({ kvCacheRatio }) => formatPercent(kvCacheRatio?.max) },
  { name: 'prefix hits', cell: ({ prefixCacheHitRatio }) => formatPercent(prefixCacheHitRatio) },
  { name: 'planned prefix hits', cell: (_, level) => formatPercent(level.expectedPrefixHitRatio) },
  { name: 'preempted', cell: ({ preemptions }) => formatCount(preemptions) },
  { name: 'TTFT by server', cell: ({ ttftMs }) => formatDuration(ttftMs?.mean) },
  { name: 'TTFT by us', cell: ({ ourTtftMs }) => formatDuration(ourTtftMs) },
];

/** How the load generator itself was doing. */
export function renderGenerator(sweep: ReportedSweep): string {
  const rows = sweep.levels.map(({ load, generator }) => ({
    cells: [
      { content: formatLoad(load) },
      {
        content: text(verdictNames[generator.verdict]),
        ...(generator.verdict === 'ok' ? {} : { kind: 'bad-cell' as const }),
      },
      { content: formatDuration(generator.loopDelayP99Ms) },
      { content: formatPercent(generator.cpuRatio) },
      { content: formatPercent(generator.lateSendRatio) },
    ],
    remark: generator.reason ?? '',
  }));
  const head = [
    { content: loadHead(sweep.levels) },
    { content: explained('verdict', 'generator') },
    { content: 'event loop p99' },
    { content: 'CPU of a worker' },
    { content: 'late sends' },
  ];
  const chart = (label: string, figureOf: (level: LevelSummary) => number | undefined, value: number, name: string) =>
    figure(chartWidths.half, (width) =>
      drawLoadChart([sweep], {
        width,
        height: 230,
        label,
        lines: [{ name: label, figureOf }],
        limit: { value, name },
        theme,
      }),
    );
  const charts = element(
    'div',
    { class: 'pair' },
    chart(
      'Event-loop delay p99 (ms)',
      ({ generator }) => generator.loopDelayP99Ms,
      loopDelayFloorMs,
      'floor of the limit',
    ),
    chart('CPU of a worker (%)', ({ generator }) => percentOf(generator.cpuRatio), 100 * cpuLimitRatio, 'limit'),
  );
  return subtitle(sweep.label) + charts + table('Load generator', head, rows);
}

const verdictNames = { ok: 'ok', clientLimited: 'was the limit', unknown: 'unknown' } as const;

function percentOf(ratio: number | undefined): number | undefined {
  return ratio === undefined ? undefined : ratio * 100;
}

/** One histogram of several: counts of the same bin add up. */
function mergedBins(all: readonly (readonly HistogramBin[])[]): readonly HistogramBin[] {
  const byStart = new Map<number, HistogramBin>();
  for (const bin of all.flat()) {
    byStart.set(bin.fromMs, { ...bin, count: bin.count + (byStart.get(bin.fromMs)?.count ?? 0) });
  }
  return [...byStart.values()].toSorted((one, other) => one.fromMs - other.fromMs);
}
