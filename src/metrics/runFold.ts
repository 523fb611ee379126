import type { JsonValue, LevelSkipped, Recorded, RunFinished, RunStarted } from '../events/events.ts';
import type { Attainment } from './attainment.ts';
import { LevelFold } from './levelFold.ts';
import type { FoldViews } from './levelObserver.ts';
import type { LevelSummary } from './levelSummary.ts';
import type { MetricsOptions } from './metricsOptions.ts';
import { repeatedSweeps } from './repeatSpread.ts';
import type { RollingWindow } from './rollingWindow.ts';
import type { RunSummary } from './runSummary.ts';
import { saturation } from './saturation.ts';
import { underObjectives } from './underObjectives.ts';
import { WindowFold } from './windowFold.ts';

/** What every figure's reader should know of where it came from. */
interface Derived {
  /** The event that completed it. */
  readonly atSeq: number;
  readonly atMs: number;
}

/** A rolling window is complete. */
export interface WindowClosed extends Derived {
  readonly type: 'window.closed';
  readonly window: RollingWindow;
  /** Of the throughput of the level so far, as `Throughput.relativeHalfWidth`. Absent while it is too short for one. */
  readonly relativeHalfWidth?: number;
  /** Of the requests of the level so far, by the last look. Absent without objectives, or where no look was taken yet. */
  readonly attainment?: Attainment;
}

/** A level is over (or was skipped) and has its figures. */
export interface LevelSummarized extends Derived {
  readonly type: 'level.summarized';
  readonly summary: LevelSummary;
}

/** What the fold adds to the stream of events. */
export type Figures = WindowClosed | LevelSummarized;

const none: readonly Figures[] = [];

/**
 * Folds all events of a run, in log order, into windows, level summaries and the run's summary. The live side and a
 * replay of the log use this same code: they give the same figures, bit for bit.
 */
export class RunFold {
  readonly #windowMs: number;
  readonly #takesPrecision: boolean;
  readonly #views: FoldViews;
  #started: RunStarted | undefined;
  #finished: RunFinished | undefined;
  readonly #warnings: string[] = [];
  readonly #sweeps: { id: number; options: { readonly [option: string]: JsonValue }; stopReason?: string }[] = [];
  readonly #levels: LevelSummary[] = [];
  #open: { readonly fold: LevelFold; readonly windows: WindowFold } | undefined;
  #latestMs = 0;

  constructor(options: MetricsOptions, views: FoldViews = {}) {
    this.#windowMs = options.window_seconds * 1000;
    this.#takesPrecision = options.precision !== undefined || views.takesPrecision === true;
    this.#views = views;
  }

  /** Takes the next event of the log. @returns the figures that it completes, mostly none. */
  add(event: Recorded): readonly Figures[] {
    // Each kind of the many has lines of its own, whose reads of an event are all of the same kind: that halves their cost.
    switch (event.type) {
      case 'request.sent':
        this.#passed(event.atMs);
        if (this.#open === undefined) return none;
        this.#open.fold.addSent(event);
        return this.#closed(event, this.#open.windows.addSent(event));
      case 'request.progressed':
        this.#passed(event.atMs);
        if (this.#open === undefined) return none;
        this.#open.fold.addProgress(event);
        return this.#closed(event, this.#open.windows.addProgress(event));
      case 'request.completed':
      case 'request.failed': {
        this.#passed(event.atMs);
        if (this.#open === undefined) return none;
        const figures = this.#open.fold.addOutcome(event);
        return this.#closed(event, this.#open.windows.addOutcome(event, figures));
      }
      default:
        this.#passed(event.atMs);
        return this.#addOther(event);
    }
  }

  /**
   * The run as far as it was folded. A level that is still open (the log of a crash ends within it) is closed here, as
   * interrupted: nothing can be added to it after.
   */
  summary(): RunSummary {
    if (this.#open !== undefined) {
      this.#levels.push(this.#open.fold.finish('interrupted', this.#latestMs, 'the log ends within this level'));
      this.#open = undefined;
    }
    const sweeps = this.#sweeps.map((sweep) => {
      const levels = this.#levels.filter((level) => level.sweep === sweep.id);
      const under = underObjectives(levels);
      return {
        ...sweep,
        saturation: saturation(levels),
        ...(under === undefined ? {} : { underObjectives: under }),
      };
    });
    const repeats = repeatedSweeps(sweeps, this.#levels);
    const only = sweeps.length === 1 ? sweeps[0] : undefined;
    return {
      schemaVersion: 1,
      run: this.#run(),
      sweeps,
      levels: [...this.#levels],
      ...(only === undefined ? {} : { saturation: only.saturation }),
      ...(repeats.length === 0 ? {} : { repeats }),
      warnings: [...this.#warnings],
    };
  }

  #run(): RunSummary['run'] {
    const {
      runId = '',
      startedAt = '',
      api = '',
      model = '',
      tokenizer = '',
      options = {},
      ceiling,
    } = this.#started ?? {};
    const reason = this.#finished?.reason;
    return {
      id: runId,
      startedAt,
      api,
      model,
      tokenizer,
      options,
      ...(ceiling === undefined ? {} : { ceiling }),
      ...(this.#finished === undefined ? {} : { exitCode: this.#finished.exitCode }),
      ...(reason === undefined ? {} : { reason }),
    };
  }

  #passed(atMs: number): void {
    if (atMs > this.#latestMs) this.#latestMs = atMs;
  }

  #addOther(event: Recorded): readonly Figures[] {
    if (event.type === 'level.skipped') return [this.#summarized(event, skippedSummary(event))];
    if (event.type === 'level.prepared') {
      const fold = new LevelFold(event, this.#views);
      this.#open = { fold, windows: new WindowFold(event, this.#windowMs, fold.watermark) };
    } else this.#addRunEvent(event);
    if (this.#open === undefined) return none;
    const summary = this.#open.fold.add(event);
    const figures = this.#closed(event, this.#open.windows.add(event));
    if (summary === undefined) return figures;
    this.#open = undefined;
    return [...figures, this.#summarized(event, summary)];
  }

  #closed(event: Recorded, windows: readonly RollingWindow[]): readonly Figures[] {
    if (windows.length === 0) return none;
    const { seq: atSeq, atMs } = event;
    const figures: Figures[] = windows.map((window) => ({ type: 'window.closed', atSeq, atMs, window }));
    const half = this.#takesPrecision ? this.#open?.fold.relativeHalfWidthSoFar() : undefined;
    const attainment = this.#open?.fold.attainmentSoFar();
    if (half === undefined && attainment === undefined) return figures;
    return figures.with(-1, {
      ...(figures.at(-1) as WindowClosed),
      ...(half === undefined ? {} : { relativeHalfWidth: half }),
      ...(attainment === undefined ? {} : { attainment }),
    });
  }

  #addRunEvent(event: Recorded): void {
    switch (event.type) {
      case 'run.started':
        this.#started = event;
        break;
      case 'run.finished':
        this.#finished = event;
        break;
      case 'run.warned':
        this.#warnings.push(event.message);
        break;
      case 'sweep.started':
        this.#sweeps.push({ id: event.sweep, options: event.options });
        break;
      case 'criterion.met': {
        const sweep = this.#sweeps.find(({ id }) => id === event.sweep);
        if (sweep !== undefined && event.action !== 'endLevel' && event.action !== 'completeLevel') {
          sweep.stopReason ??= event.message;
        }
        break;
      }
    }
  }

  #summarized(event: Recorded, summary: LevelSummary): LevelSummarized {
    this.#levels.push(summary);
    return { type: 'level.summarized', atSeq: event.seq, atMs: event.atMs, summary };
  }
}

/** The summary from the earlier log, under the numbers that the level has in this run. */
function skippedSummary({ summary, level, sweep, fromRun }: LevelSkipped): LevelSummary {
  const earlier = summary as unknown as LevelSummary;
  return { ...earlier, level, sweep, status: 'skipped', reason: `measured by run ${fromRun}` };
}
