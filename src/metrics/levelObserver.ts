import type { LevelPrepared } from '../events/events.ts';
import type { CreditTimeline } from './creditTimeline.ts';
import type { Definitions } from './definitions/definitions.ts';
import type { WeightedSample } from './definitions/weightedSample.ts';
import type { Histogram } from './histogram.ts';
import type { LatencyFigure } from './latencyTally.ts';
import type { LevelSummary } from './levelSummary.ts';
import type { AskedObjectives } from './objectiveTally.ts';
import type { Sample } from './sample.ts';
import type { WindowChoice } from './steadyWindow.ts';
import type { TrackedRequest } from './trackedRequest.ts';

/** When a level began and ended, and the window that its figures are taken over; ms since the run's start. */
export interface LevelSpan {
  readonly startMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly endMs: number;
}

/** The values of one figure over a level. */
export type FigureValues = Sample | WeightedSample | Histogram;

/** All values of the latencies of a level. */
export interface LevelLatencies {
  valuesOf(figure: LatencyFigure): FigureValues;
}

/** A level that is over. */
export interface FinishedLevel {
  readonly summary: LevelSummary;
  /** Absent where the level never started. */
  readonly span?: LevelSpan;
  readonly latencies: LevelLatencies;
  /** Output over the level's time; absent where it never started. */
  readonly credits?: CreditTimeline;
}

/** Listens to the fold of one level, for figures and pictures that a summary has no place for. */
export interface LevelObserver {
  /**
   * A measured request is settled. What it holds is used again after: nothing of it may be kept.
   * @param isInside whether it was sent within the window of the figures
   */
  settled(request: TrackedRequest, isInside: boolean): void;
  finished(level: FinishedLevel): void;
}

/** How events are looked at; of these a live run has `takesPrecision` and `objectives` alone. */
export interface FoldViews {
  /** Another window than the steady one for all figures of a level. */
  readonly window?: WindowChoice;
  /** Windows tell how well the level's throughput is known, though no `precision` asks for it. */
  readonly takesPrecision?: boolean;
  /** The formulas of another tool in place of ours. */
  readonly definitions?: Definitions;
  /** What is asked of each request: goodput, and the share that keeps it. */
  readonly objectives?: AskedObjectives;
  readonly observe?: (prepared: LevelPrepared) => LevelObserver;
}
