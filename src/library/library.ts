/**
 * `deepspeedometer`: runs and replays for programs. See docs/library.md.
 *
 * Everything below `1.0` may still change with a minor version; the changelog says so.
 *
 * @module
 */
export { SpeedometerError } from '../core/errors.ts';
export type { ObjectiveVerdict } from '../criteria/objective.ts';
export type { RecordedBatch } from '../events/eventLog.ts';
export type { Recorded, RequestCompleted, RequestFailed, RequestOutcome, RunEvent } from '../events/events.ts';
export type { LevelSummary } from '../metrics/levelSummary.ts';
export { type RequestFigures, requestFigures } from '../metrics/requestFigures.ts';
export type { RollingWindow } from '../metrics/rollingWindow.ts';
export type { Figures } from '../metrics/runFold.ts';
export type { RunSummary } from '../metrics/runSummary.ts';
export type { Sink } from '../sinks/sink.ts';
export type { SinkModule, SinkRun } from '../sinks/sinkModule.ts';
export { forAtLeast } from './forAtLeast.ts';
export { judge } from './judge.ts';
export { type Replayed, type ReplayInput, replay } from './replay.ts';
export { type Run, type RunInput, run } from './run.ts';
export type { RunReport } from './runReport.ts';
export type { RunStreams } from './runStreams.ts';
export { type TimeWindow, windowByEventTime } from './windowByEventTime.ts';
export { meanOf, percentile, type ReadFigure, throughput } from './windowStatistics.ts';
