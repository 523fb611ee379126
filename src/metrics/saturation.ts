import type { LevelSummary } from './levelSummary.ts';
import { rateSaturation } from './rateSaturation.ts';
import type { Saturation } from './runSummary.ts';
import { type MeasuredLoad, ratioInterval, saturationInterval } from './saturationInterval.ts';
import { shortness } from './shortLevel.ts';

/** A level that still brought more than this is not the last word. */
export const gainLimit = 0.05;
const reached = 0.95;
const nearBest = 0.95;
/** Loads closer than this say nothing about each other: even without any limit they differ by less than the gain. */
const leastGrowth = 1.1;
/** Ten batches of three median latencies make an interval. */
const latenciesForInterval = 30;

/** A level that counts for a sweep's saturation. */
interface Point {
  readonly summary: LevelSummary;
  readonly throughput: number;
}

/**
 * Where a sweep saturates, from its levels.
 *
 * - Throughput is output tokens/s where tokens are known, else requests/s, of the steady window.
 * - The plateau is the highest throughput of a level whose generator was not the limit.
 * - The saturation point is the smallest load whose throughput reaches 95 % of the plateau.
 * - Its interval follows from those of the throughputs ({@link saturationInterval}).
 * - The best balance is the range of loads whose throughput / mean e2e is within 5 % of the best.
 * - A sweep whose last level gained over 5 % is not saturated, nor one in which a client-limited level went beyond the
 *   plateau by as much: there is no saturation point.
 *
 * A sweep of rates has another answer ({@link rateSaturation}).
 *
 * Client-limited, failed, interrupted and empty levels never count, nor those that are too short ({@link shortness});
 * skipped ones do, by their earlier figures.
 */
export function saturation(levels: readonly LevelSummary[]): Saturation {
  const points = toPoints(levels);
  if (levels.length > 0 && levels.every(({ arrivals }) => arrivals !== undefined)) {
    return rateSaturation(points.map(({ summary }) => summary));
  }
  const best = points.reduce<Point | undefined>((top, point) => (isHigher(point, top) ? point : top), undefined);
  if (best === undefined) return { status: 'unknown', reason: whyNone(levels) };
  const figures = { ...plateauFigures(best), ...maxPower(points) };
  const beyond = limitedBeyond(levels, best);
  if (beyond !== undefined) {
    const reason = `${beyond.load.value} brought more, though the load generator was the limit there`;
    return { status: 'notSaturated', ...figures, reason };
  }
  const gain = gainOfLast(levels);
  if (gain === undefined) {
    return { status: 'unknown', ...figures, reason: whyNoGrowth(levels, points.length) };
  }
  if (gain > gainLimit) {
    return { status: 'notSaturated', ...figures, reason: `the last level still gained ${percent(gain)}` };
  }
  const point = points.find(({ throughput }) => throughput >= reached * best.throughput) ?? best;
  const remark = intervalRemark(best);
  const interval = intervalOf(points, best);
  return {
    status: 'found',
    clients: point.summary.clients,
    ...(interval === undefined ? {} : { clientsInterval: interval }),
    reachedRatio: point.throughput / best.throughput,
    plateauClients: best.summary.clients,
    ...figures,
    ...(remark === undefined ? {} : { reason: remark }),
  };
}

/**
 * How much throughput the largest load brought over the best of the loads that are at least a tenth smaller, as a
 * share; `undefined` where there is nothing to compare. Only levels that count for {@link saturation} do.
 */
export function gainOfLast(levels: readonly LevelSummary[]): number | undefined {
  const pair = lastAndBestBefore(toPoints(levels));
  return pair === undefined ? undefined : pair.last.throughput / pair.before.throughput - 1;
}

/** The gain of {@link gainOfLast} is at most this, with 97.5 % confidence; `undefined` where an interval is missing. */
export function gainAtMost(levels: readonly LevelSummary[]): number | undefined {
  const pair = lastAndBestBefore(toPoints(levels));
  const interval = pair === undefined ? undefined : ratioInterval(measured(pair.last), measured(pair.before));
  return interval === undefined ? undefined : interval[1] - 1;
}

/** Whether the gain of {@link gainOfLast} is under 5 % with 97.5 % confidence; never where an interval is missing. */
export function hasSurelyStoppedGaining(levels: readonly LevelSummary[]): boolean {
  const most = gainAtMost(levels);
  return most !== undefined && most < gainLimit;
}

/** Whether a level's figures say something about the server. */
export function isTrusted(summary: LevelSummary): boolean {
  const { status, generator, requests, steady } = summary;
  if (status === 'failed' || status === 'interrupted' || generator.verdict === 'clientLimited') return false;
  if (requests.completed === 0 || steady === undefined || steady.completedPerSec === 0) return false;
  return shortness(summary) === undefined;
}

function lastAndBestBefore(points: readonly Point[]): { readonly last: Point; readonly before: Point } | undefined {
  const last = points.at(-1);
  if (last === undefined) return undefined;
  const smaller = points.filter(({ summary }) => summary.load.value * leastGrowth <= last.summary.load.value);
  const before = smaller.reduce<Point | undefined>((top, point) => (isHigher(point, top) ? point : top), undefined);
  return before === undefined ? undefined : { last, before };
}

function intervalOf(points: readonly Point[], best: Point): Saturation['clientsInterval'] {
  const loads = points.map(measured);
  const plateau = loads[points.indexOf(best)];
  return plateau === undefined ? undefined : saturationInterval(loads, plateau, reached);
}

function measured({ summary, throughput }: Point): MeasuredLoad {
  const half = summary.steady?.relativeHalfWidth;
  return { clients: summary.clients, throughput, ...(half === undefined ? {} : { relativeHalfWidth: half }) };
}

function whyNone(levels: readonly LevelSummary[]): string {
  if (levels.length > 0 && levels.every(({ generator }) => generator.verdict === 'clientLimited')) {
    return 'the load generator was the limit at every load';
  }
  const short = levels.filter((level) => shortness(level) !== undefined);
  if (short.length === 0) return 'no level can be trusted with a throughput';
  const which = short.length === levels.length ? 'every level is' : `${short.length} of ${levels.length} levels are`;
  return `${which} too short to judge`;
}

function whyNoGrowth(levels: readonly LevelSummary[], trusted: number): string {
  if (levels.length === 1) return 'a single load tells nothing of its growth: run several';
  return trusted === 1
    ? `only one of ${levels.length} loads has figures to be trusted`
    : 'the loads are too close to each other to show growth';
}

function toPoints(levels: readonly LevelSummary[]): readonly Point[] {
  const trusted = levels.filter(isTrusted);
  const inTokens = isInTokens(trusted);
  return trusted
    .map((summary) => ({ summary, throughput: throughputOf(summary, inTokens) }))
    .sort((one, other) => one.summary.load.value - other.summary.load.value);
}

/** Throughputs are compared in tokens only where every level has them. */
function isInTokens(trusted: readonly LevelSummary[]): boolean {
  return trusted.every(({ steady }) => steady?.outputTokensPerSec !== undefined);
}

function throughputOf({ steady }: LevelSummary, inTokens: boolean): number {
  return (inTokens ? steady?.outputTokensPerSec : steady?.requestsPerSec) ?? 0;
}

function isHigher(point: Point, top: Point | undefined): boolean {
  return top === undefined || point.throughput > top.throughput;
}

function plateauFigures({ summary: { steady } }: Point): Omit<Saturation, 'status'> {
  if (steady === undefined) return {};
  const { requestsPerSec, outputTokensPerSec, relativeHalfWidth } = steady;
  return {
    requestsPerSec,
    ...(outputTokensPerSec === undefined ? {} : { outputTokensPerSec }),
    ...(relativeHalfWidth === undefined ? {} : { relativeHalfWidth }),
  };
}

function maxPower(points: readonly Point[]): Pick<Saturation, 'maxPowerClients'> {
  const powers = points.flatMap(({ summary, throughput }) => {
    const e2eMs = summary.e2eMs.mean;
    return e2eMs === undefined || e2eMs <= 0 ? [] : [{ clients: summary.clients, power: throughput / e2eMs }];
  });
  if (powers.length < 2) return {};
  const best = Math.max(...powers.map(({ power }) => power));
  const balanced = powers.filter(({ power }) => power >= nearBest * best).map(({ clients }) => clients);
  return { maxPowerClients: [Math.min(...balanced), Math.max(...balanced)] };
}

/** A level that its load generator held back, and that went beyond the plateau all the same. */
function limitedBeyond(levels: readonly LevelSummary[], best: Point): LevelSummary | undefined {
  const inTokens = isInTokens(levels.filter(isTrusted));
  return levels.find(
    (level) =>
      level.generator.verdict === 'clientLimited' && throughputOf(level, inTokens) > best.throughput * (1 + gainLimit),
  );
}

function intervalRemark({ summary }: Point): string | undefined {
  const medianMs = summary.e2eMs.p50;
  if (summary.steady?.relativeHalfWidth !== undefined || medianMs === undefined) return undefined;
  const seconds = Math.ceil((latenciesForInterval * medianMs) / 1000);
  return `no interval: the level at the plateau should have had a steady window of at least ${seconds} s`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`;
}
