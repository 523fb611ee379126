import { SpeedometerError } from '../core/errors.ts';
import type { Comparison, Expression, Operator, OwnJudge } from './expression.ts';
import type { Placed } from './words.ts';

/** When to stop, built in code: the same tree that a text is read into. */
export interface Condition {
  readonly expression: Expression;
  /** True once it has been true for that long without a break, in event time. @param durationMs see {@link seconds} */
  forAtLeast(durationMs: number): Condition;
}

/** A figure of the stream that can be held against a limit: ms, a share (0.05 is 5 %), or a number. */
export interface Measure {
  above(limit: number): Condition;
  below(limit: number): Condition;
  atLeast(limit: number): Condition;
  atMost(limit: number): Condition;
}

/** A throughput, which a level can gain over the one before. */
export interface ThroughputMeasure extends Measure {
  /** Of the level that ended last over the one before it. @param share 0.05 is 5 % */
  gainBelow(share: number): Condition;
}

/** A latency of requests; a statistic makes a measure of it. */
export type LatencyName = 'ttft' | 'tpot' | 'e2e';

/** Time to first token. */
export const ttft: LatencyName = 'ttft';
/** Time per output token after the first. */
export const tpot: LatencyName = 'tpot';
/** From sending to the last output. */
export const e2e: LatencyName = 'e2e';

/** Seconds in ms. */
export const seconds = (count: number): number => count * 1000;
/** Minutes in ms. */
export const minutes = (count: number): number => count * 60_000;

/** The arithmetic mean. */
export const mean = (latency: LatencyName): Measure => measure('mean', latency, 'ms');
/** A percentile. @param percent p99 needs 459 requests in a window to be known, p90 44, p50 7 */
export const percentile = (percent: 50 | 90 | 99, latency: LatencyName): Measure =>
  measure(`p${percent}`, latency, 'ms');

/** Output tokens a second where they are known, else requests. */
export const throughput: ThroughputMeasure = throughputMeasure('throughput');
/** Output tokens a second. */
export const outputTokens: ThroughputMeasure = throughputMeasure('output_tokens_per_s');
/** Completed requests a second. */
export const requestRate: ThroughputMeasure = throughputMeasure('requests_per_s');
/** Failed and empty requests among those that ended. */
export const errorRatio: Measure = measure('error_ratio', undefined, '%');
/** Requests in flight. */
export const inFlight: Measure = measure('in_flight', undefined, '');
/** Requests that ended, in the sweep or level that the rule ends. */
export const requestCount: Measure = measure('requests', undefined, '');
/** Tokens of prompts and answers. */
export const tokenCount: Measure = measure('tokens', undefined, '');
/** What those tokens cost. */
export const cost: Measure = measure('cost', undefined, '');

/** Once that much time has gone by in the sweep or level that the rule ends. */
export const after = (durationMs: number): Condition => measure('elapsed', undefined, 'ms').above(durationMs);

/** One of the criteria that have a name, such as `plateau`. */
export const named = (name: string): Condition => toCondition({ kind: 'named', name: built(name) });

/** A criterion of one's own. @param create makes a judge, which keeps what it needs to know */
export const own = (name: string, create: () => OwnJudge): Condition => toCondition({ kind: 'own', name, create });

/** True where one of them is; unknown where none is known to be and one is unknown. */
export const anyOf = (...conditions: readonly Condition[]): Condition => combined('or', conditions);

/** True where all of them are. */
export const allOf = (...conditions: readonly Condition[]): Condition => combined('and', conditions);

type MeasureUnit = 'ms' | '%' | '';

/** The condition of a tree. */
export function toCondition(expression: Expression): Condition {
  return {
    expression,
    forAtLeast: (durationMs) => {
      const { number: duration, unit } = amount(durationMs, 'ms');
      return toCondition({ kind: 'lasting', of: expression, duration, unit });
    },
  };
}

function combined(kind: 'or' | 'and', conditions: readonly Condition[]): Condition {
  const [only, ...others] = conditions;
  if (only === undefined)
    throw new SpeedometerError('usage', 'a combination of criteria: expected at least one, got none');
  return others.length === 0 ? only : toCondition({ kind, of: conditions.map(({ expression }) => expression) });
}

function measure(name: string, argument: string | undefined, unit: MeasureUnit): Measure {
  const compare =
    (operator: Operator) =>
    (limit: number): Condition =>
      toCondition(comparison(name, argument, operator, limit, unit));
  return { above: compare('>'), below: compare('<'), atLeast: compare('>='), atMost: compare('<=') };
}

function throughputMeasure(name: string): ThroughputMeasure {
  return { ...measure(name, undefined, ''), gainBelow: (share) => measure('gain', name, '%').below(share) };
}

function comparison(
  name: string,
  argument: string | undefined,
  operator: Operator,
  limit: number,
  unit: MeasureUnit,
): Comparison {
  const figure = { name: built(name), ...(argument === undefined ? {} : { argument: built(argument) }) };
  return { kind: 'comparison', ...figure, operator, ...amount(limit, unit) };
}

/** A limit as one would write it: 10000 ms as 10s, 0.05 as 5%. */
function amount(limit: number, unit: MeasureUnit): { readonly number: Placed<number>; readonly unit: Placed<string> } {
  if (!Number.isFinite(limit) || limit < 0) {
    throw new SpeedometerError('usage', `a criterion: expected a limit from 0, got ${limit}`);
  }
  if (unit === '%') return { number: built(Number((limit * 100).toPrecision(12))), unit: built('%') };
  const isWhole = unit === 'ms' && limit >= 1000;
  return { number: built(isWhole ? limit / 1000 : limit), unit: built(isWhole ? 's' : unit) };
}

function built<Value>(value: Value): Placed<Value> {
  return { value, column: 0 };
}
