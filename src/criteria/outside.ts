/**
 * `deepspeedometer/criteria`: what the author of a stop criterion needs. See docs/criteria.md.
 *
 * Everything below `1.0` may still change with a minor version; the changelog says so.
 *
 * @module
 */
export { SpeedometerError } from '../core/errors.ts';
export type { Recorded, RunEvent } from '../events/events.ts';
export type { Analysed } from '../metrics/analysed.ts';
export type { LevelSummary } from '../metrics/levelSummary.ts';
export type { RollingWindow } from '../metrics/rollingWindow.ts';
export {
  after,
  allOf,
  anyOf,
  type Condition,
  cost,
  e2e,
  errorRatio,
  inFlight,
  type LatencyName,
  type Measure,
  mean,
  minutes,
  named,
  outputTokens,
  own,
  percentile,
  requestCount,
  requestRate,
  seconds,
  type ThroughputMeasure,
  throughput,
  tokenCount,
  tpot,
  ttft,
} from './conditions.ts';
export { parseCondition, textOf } from './conditionText.ts';
export type { Expression, OwnJudge, OwnReading, Truth } from './expression.ts';
