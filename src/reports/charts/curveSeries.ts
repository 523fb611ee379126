import type { Load } from '../../events/events.ts';
import type { Distribution, LevelSummary } from '../../metrics/levelSummary.ts';
import { enoughForP99 } from '../../metrics/percentile.ts';
import type { Saturation } from '../../metrics/runSummary.ts';
import { isSaturationPoint } from '../../metrics/saturationPoint.ts';
import { formatCount, formatDuration, formatLoads, formatNumber, formatTokens } from '../quantities.ts';

/** The levels of one sweep, as a curve. */
export interface CurveSeries {
  /** Empty where there is no other. */
  readonly label: string;
  readonly levels: readonly LevelSummary[];
  readonly saturation: Saturation;
}

export type ThroughputChoice = 'tokens' | 'requests';
/** What a curve is over: for sweeps of rates the rate that was offered, for a trace its speed. */
export type CurveBase = ThroughputChoice | 'offered' | 'speed';
export type LatencyChoice = 'e2e' | 'ttft' | 'tpot';
export type Statistic = 'mean' | 'p50' | 'p90' | 'p99';

export const statistics: readonly Statistic[] = ['mean', 'p50', 'p90', 'p99'];

export const latencyNames: Readonly<Record<LatencyChoice, string>> = {
  e2e: 'End-to-end latency',
  ttft: 'Time to first token, TTFT',
  tpot: 'Time per output token, TPOT',
};

/** A level on a curve. */
export interface SeriesPoint {
  readonly level: LevelSummary;
  readonly load: Load;
  readonly throughput: number;
  readonly latencyMs: number;
  readonly isSaturation: boolean;
  /** Its load generator was the limit. */
  readonly isLimited: boolean;
  /** A p99 of too few requests. */
  readonly isRough: boolean;
}

/** A level's throughput in its window. */
export function throughputOf({ steady, load }: LevelSummary, choice: CurveBase): number | undefined {
  if (choice === 'offered' || choice === 'speed') return load.value;
  return choice === 'tokens' ? steady?.outputTokensPerSec : steady?.requestsPerSec;
}

export function latencyOf(level: LevelSummary, choice: LatencyChoice): Distribution {
  return { e2e: level.e2eMs, ttft: level.ttftMs, tpot: level.tpotMs }[choice];
}

/** The levels of a series that have both figures, by load. */
export function seriesPoints(
  { levels, saturation }: CurveSeries,
  throughput: CurveBase,
  latency: LatencyChoice,
  statistic: Statistic,
): readonly SeriesPoint[] {
  return levels
    .flatMap((level): SeriesPoint[] => {
      const rate = throughputOf(level, throughput);
      const spread = latencyOf(level, latency);
      const latencyMs = spread[statistic];
      if (rate === undefined || rate <= 0 || latencyMs === undefined || level.status === 'failed') return [];
      return [
        {
          level,
          load: level.load,
          throughput: rate,
          latencyMs,
          ...markOf(level, saturation),
          isRough: statistic === 'p99' && spread.count < enoughForP99,
        },
      ];
    })
    .sort((one, other) => one.load.value - other.load.value);
}

/** Whether a level is its sweep's saturation point, and whether it can be one. */
export function markOf(level: LevelSummary, saturation: Saturation): Pick<SeriesPoint, 'isSaturation' | 'isLimited'> {
  const isLimited = level.generator.verdict === 'clientLimited';
  return { isLimited, isSaturation: isSaturationPoint(level, saturation) };
}

/** What a point says when it is asked: load, figures, how many requests stand behind them. */
export function pointWords(point: SeriesPoint, latency: LatencyChoice, statistic: Statistic, label: string): string {
  const { level, latencyMs, isLimited, isRough, isSaturation } = point;
  const { count } = latencyOf(level, latency);
  const half = level.steady?.relativeHalfWidth;
  const spread = half === undefined ? '' : ` (± ${formatNumber(half * 100)} %)`;
  return [
    ...(label === '' ? [] : [label]),
    `${formatLoads(level.load)}${isSaturation ? `, ${pointName(level)}` : ''}`,
    `${statistic} ${latency === 'e2e' ? 'e2e' : latency.toUpperCase()} ${formatDuration(latencyMs)}, of ${formatCount(count)} requests${isRough ? ' (rough: a p99 needs 459)' : ''}`,
    `${formatNumber(level.steady?.requestsPerSec)} requests/s, ${formatTokens(level.steady?.outputTokensPerSec)} tokens/s${spread}`,
    ...(isLimited ? ['the load generator was the limit'] : []),
  ].join('\n');
}

function pointName({ load }: LevelSummary): string {
  return load.kind === 'clients' ? 'saturation point' : 'the highest that the server keeps up with';
}

/** Whether every level counts tokens, so that throughput can be given in them. */
export function knowsTokens(series: readonly CurveSeries[]): boolean {
  return series.every(({ levels }) =>
    levels.every(({ steady }) => steady === undefined || steady.outputTokensPerSec !== undefined),
  );
}
