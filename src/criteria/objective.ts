import type { Distribution, LevelSummary } from '../metrics/levelSummary.ts';
import type { RequestLimit } from '../metrics/requestLimit.ts';
import { holds, limitOf, type Refuse } from './comparison.ts';
import type { Comparison, Operator } from './expression.ts';
import { readComparison } from './parseExpression.ts';
import { refuseAt } from './words.ts';

/** Latencies that a statistic can be taken of, by the names that people write. */
const latencies = { ttft: 'ttftMs', tpot: 'tpotMs', itl: 'itlMs', e2e: 'e2eMs', queue: 'queueMs' } as const;
/** Figures of a level that have one value. */
const singles = {
  error_ratio: 'share',
  requests_per_s: 'plain',
  output_tokens_per_s: 'plain',
} as const;

type Latency = (typeof latencies)[keyof typeof latencies];

/** Why a level has no verdict whose figures may be those of the load generator. */
export const generatorLimited = 'the load generator was the limit';

/** What is compared. */
export type Subject =
  | { readonly kind: 'latency'; readonly figure: Latency; readonly statistic: 'mean' | 'max' | number }
  | { readonly kind: 'single'; readonly name: keyof typeof singles };

/** What a server is asked to keep at a load: `p99(ttft) < 500ms`. */
export interface Objective {
  /** As it was written. */
  readonly text: string;
  readonly subject: Subject;
  readonly operator: Operator;
  /** Ms, a share, or a number a second. */
  readonly limit: number;
}

/** What a level says of an objective. `unknown` is neither met nor missed. */
export interface ObjectiveVerdict {
  readonly objective: Objective;
  readonly status: 'met' | 'missed' | 'unknown';
  readonly value?: number;
  /** Why it is unknown, in words. */
  readonly reason?: string;
}

/** Finds a percentile that a summary may not have. @param share 0 to 1 */
export type FindPercentile = (figure: Latency, share: number) => number | undefined;

/**
 * Reads an objective. Durations need their unit (us, ms, s, min); ratios are given as `5%` or 0.05.
 * @throws SpeedometerError `usage` with the column and what was expected there
 */
export function parseObjective(text: string): Objective {
  return toObjective(readComparison(text, '--objective'), text, (placed, expected) =>
    refuseAt(text, '--objective', placed.column, `expected ${expected}, got ${String(placed.value) || 'none'}`),
  );
}

/** The objective that a comparison stands for. @throws by `refuse` where a name or a unit is none of an objective's */
export function toObjective(comparison: Comparison, text: string, refuse: Refuse): Objective {
  const { name, argument, operator } = comparison;
  if (argument === undefined) {
    if (Object.hasOwn(latencies, name.value)) refuse(name, `a statistic of it, such as p99(${name.value})`);
    if (!Object.hasOwn(singles, name.value)) {
      return refuse(name, `${Object.keys(singles).join(', ')} or a statistic such as p99(ttft)`);
    }
    const single = name.value as keyof typeof singles;
    return {
      text,
      subject: { kind: 'single', name: single },
      operator,
      limit: limitOf(comparison, singles[single], refuse),
    };
  }
  const figure = Object.hasOwn(latencies, argument.value)
    ? latencies[argument.value as keyof typeof latencies]
    : refuse(argument, Object.keys(latencies).join(', '));
  const statistic = statisticOf(name.value) ?? refuse(name, 'mean, max or a percentile such as p99');
  const limit = limitOf(comparison, 'duration', refuse);
  return { text, subject: { kind: 'latency', figure, statistic }, operator, limit };
}

/**
 * Requests that a verdict on a percentile needs, so that with 99 % confidence one of them lies beyond it:
 * n = ln 0.01 / ln p: p50 7, p90 44, p95 90, p99 459, p99.9 4603.
 */
export function samplesNeeded(share: number): number {
  return share <= 0 || share >= 1 ? 1 : Math.ceil(Math.log(0.01) / Math.log(share) - 1e-9);
}

/** Holds one level against an objective. */
export function judgeObjective(
  objective: Objective,
  level: LevelSummary,
  findPercentile: FindPercentile,
): ObjectiveVerdict {
  const { subject, operator, limit } = objective;
  if (level.generator.verdict === 'clientLimited') {
    return { objective, status: 'unknown', reason: generatorLimited };
  }
  const value = measuredOf(subject, level, findPercentile);
  if (value === undefined) return { objective, status: 'unknown', reason: 'not measured' };
  const judged = { objective, value };
  if (subject.kind === 'latency') {
    const { count } = level[subject.figure];
    const needed = typeof subject.statistic === 'number' ? samplesNeeded(subject.statistic) : 2;
    if (count < needed) return { ...judged, status: 'unknown', reason: `${count} requests, needed are ${needed}` };
  }
  return { ...judged, status: holds(value, operator, limit) ? 'met' : 'missed' };
}

/** The same limits for single requests, for goodput; limits on gaps and on figures of a whole level are none of those. */
export function requestLimits(objectives: readonly Objective[]): readonly RequestLimit[] {
  return objectives.flatMap(({ subject, operator, limit }): RequestLimit[] => {
    if (subject.kind !== 'latency' || subject.figure === 'itlMs') return [];
    return [{ figure: subject.figure, holds: (valueMs) => holds(valueMs, operator, limit) }];
  });
}

/** Shares that the percentiles of objectives ask for. */
export function objectiveShares(objectives: readonly Objective[]): readonly number[] {
  return objectives.flatMap(({ subject }) =>
    subject.kind === 'latency' && typeof subject.statistic === 'number' ? [subject.statistic] : [],
  );
}

/** `mean`, `max`, or the share of a percentile such as `p99`; `undefined` for any other name. */
export function statisticOf(name: string): 'mean' | 'max' | number | undefined {
  if (name === 'mean' || name === 'max') return name;
  const percent = /^p(\d{1,2}(\.\d+)?)$/.exec(name)?.[1];
  // Divided as decimals are, so that p99.9 is 0.999 and not 0.9990000000000001.
  return percent === undefined ? undefined : Number((Number(percent) / 100).toPrecision(12));
}

function measuredOf(subject: Subject, level: LevelSummary, findPercentile: FindPercentile): number | undefined {
  if (subject.kind === 'latency') {
    const { figure, statistic } = subject;
    const spread: Distribution = level[figure];
    return typeof statistic === 'number' ? findPercentile(figure, statistic) : spread[statistic];
  }
  switch (subject.name) {
    case 'error_ratio': {
      const { completed, failed, empty } = level.requests;
      const ended = completed + failed + empty;
      return ended === 0 ? undefined : (failed + empty) / ended;
    }
    case 'requests_per_s':
      return level.steady?.requestsPerSec;
    case 'output_tokens_per_s':
      return level.steady?.outputTokensPerSec;
  }
}
