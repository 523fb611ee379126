import type { CriterionProgress } from '../criteria/criterionProgress.ts';
import type { ClientPhase, FailureKind, LevelPrepared, RunFinished, RunStarted } from '../events/events.ts';
import type { GeneratorHealth, LevelSummary } from '../metrics/levelSummary.ts';
import type { RollingWindow, WindowSpread } from '../metrics/rollingWindow.ts';

/** A level as far as it has come. Warm-up requests are in none of its figures. */
export interface LiveLevel {
  readonly prepared: LevelPrepared;
  /** Ms since the run's start; absent while clients warm up. */
  readonly startMs?: number;
  /** Absent while it goes on. */
  readonly endMs?: number;
  /** Clients in each phase. */
  readonly phases: Partial<Record<ClientPhase, number>>;
  readonly inFlight: number;
  /** Requests that ended with output. */
  readonly completed: number;
  /** Answers without output. */
  readonly empty: number;
  /** What the server or the network did; what we cut off ourselves is not among them. */
  readonly failures: Partial<Record<FailureKind, number>>;
  /** Over the level so far; absent before it began. */
  readonly requestsPerSec?: number;
  /** Tokens at the arrival of their chunk, over the level so far. */
  readonly outputTokensPerSec?: number;
  /** Over the level so far, within 1 %. */
  readonly ttftMs: WindowSpread;
  readonly tpotMs: WindowSpread;
  readonly e2eMs: WindowSpread;
  /** The newest rolling window: what is meant by "now". */
  readonly window?: RollingWindow;
  readonly generator: GeneratorHealth;
}

/** A rolling window, as a point of the charts over time. */
export interface LivePoint {
  readonly level: number;
  /** The window's end, ms since the run's start. */
  readonly atMs: number;
  readonly outputTokensPerSec: number;
  /** Mean; absent where no request completed. */
  readonly e2eMs?: number;
}

/** All that the live terminal shows of a run, at one moment. */
export interface LiveView {
  readonly started?: RunStarted;
  readonly finished?: RunFinished;
  /** The level that runs, or the last that ran. */
  readonly level?: LiveLevel;
  /** Levels of the running sweep that are over. */
  readonly ended: readonly LevelSummary[];
  /** The latest windows of the run, in order. */
  readonly points: readonly LivePoint[];
  /** How far each stop criterion is from firing. */
  readonly criteria: readonly CriterionProgress[];
  /** The newest warning, or why a criterion ended something. */
  readonly note?: string;
  /** The latest stamp that was seen, ms since the run's start. */
  readonly latestMs: number;
}
