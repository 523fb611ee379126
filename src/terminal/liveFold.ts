import type { CriteriaOptions } from '../criteria/criteriaOptions.ts';
import { criteriaProgress } from '../criteria/criterionProgress.ts';
import type { RunFinished, RunStarted } from '../events/events.ts';
import type { Analysed } from '../metrics/analysed.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import type { RollingWindow } from '../metrics/rollingWindow.ts';
import { LevelTrack } from './levelTrack.ts';
import type { LivePoint, LiveView } from './liveView.ts';

/** As many as the widest terminal shows. */
const mostPoints = 600;

/**
 * Folds the analysed stream of a run into what the live terminal shows. It reads no clock: the same items give the same
 * view, live, from a log in the middle of a run, or from one that is over.
 */
export class LiveFold {
  readonly #options: CriteriaOptions & Pick<MetricsOptions, 'precision'>;
  #started: RunStarted | undefined;
  #finished: RunFinished | undefined;
  #track: LevelTrack | undefined;
  #halfWidth: number | undefined;
  #ended: LevelSummary[] = [];
  readonly #points: LivePoint[] = [];
  #note: string | undefined;
  #latestMs = 0;

  /** @param options those of the run: they say which criteria there are */
  constructor(options: CriteriaOptions & Pick<MetricsOptions, 'precision'>) {
    this.#options = options;
  }

  /** Takes the next item of the stream. */
  add(item: Analysed): void {
    if (item.atMs > this.#latestMs) this.#latestMs = item.atMs;
    switch (item.type) {
      case 'run.started':
        this.#started = item;
        break;
      case 'run.finished':
        this.#finished = item;
        break;
      case 'run.warned':
      case 'criterion.met':
        this.#note = item.message;
        break;
      case 'level.prepared':
        this.#beginSweep(item.sweep);
        this.#track = new LevelTrack(item);
        this.#halfWidth = undefined;
        break;
      case 'window.closed':
        if (item.window.level === this.#track?.prepared.level) this.#track.addWindow(item.window);
        this.#halfWidth = item.relativeHalfWidth;
        this.#addPoint(item.window);
        break;
      case 'level.summarized':
        this.#beginSweep(item.summary.sweep);
        this.#ended.push(item.summary);
        break;
      default:
        this.#track?.add(item);
    }
  }

  /** What there is to show now. */
  view(): LiveView {
    const level = this.#track?.read(this.#latestMs);
    return {
      ...(this.#started === undefined ? {} : { started: this.#started }),
      ...(this.#finished === undefined ? {} : { finished: this.#finished }),
      ...(level === undefined ? {} : { level }),
      ended: [...this.#ended],
      points: this.#points,
      criteria: criteriaProgress(this.#options, {
        ended: this.#ended,
        ...(level?.startMs === undefined ? {} : { elapsedMs: (level.endMs ?? this.#latestMs) - level.startMs }),
        ...(level === undefined ? {} : { running: level }),
        ...(this.#halfWidth === undefined ? {} : { relativeHalfWidth: this.#halfWidth }),
      }),
      ...(this.#note === undefined ? {} : { note: this.#note }),
      latestMs: this.#latestMs,
    };
  }

  #beginSweep(sweep: number): void {
    if (this.#ended.some((summary) => summary.sweep !== sweep)) this.#ended = [];
  }

  #addPoint({ level, toMs, outputTokensPerSec, e2eMs }: RollingWindow): void {
    const { mean } = e2eMs;
    this.#points.push({ level, atMs: toMs, outputTokensPerSec, ...(mean === undefined ? {} : { e2eMs: mean }) });
    if (this.#points.length > mostPoints) this.#points.shift();
  }
}
