import type { LevelPrepared, RunEvent } from '../events/events.ts';
import { FlowFold } from '../metrics/flowFold.ts';
import { GeneratorTally } from '../metrics/generatorTally.ts';
import { latencyStart } from '../metrics/requestFigures.ts';
import { type RollingWindow, toWindowSpread } from '../metrics/rollingWindow.ts';
import { addCounts, WindowStep } from '../metrics/windowStep.ts';
import type { LiveLevel } from './liveView.ts';

/** Folds the events of one level into what is shown of it while it goes on. */
export class LevelTrack {
  readonly prepared: LevelPrepared;
  /** The whole level as one step. */
  readonly #whole: WindowStep;
  readonly #flow = new FlowFold(() => this.#whole);
  readonly #generator = new GeneratorTally();
  #startMs: number | undefined;
  #endMs: number | undefined;
  #window: RollingWindow | undefined;

  constructor(prepared: LevelPrepared) {
    this.prepared = prepared;
    this.#whole = new WindowStep(latencyStart(prepared));
  }

  /** Takes an event, of this level or not. */
  add(event: RunEvent): void {
    if (!('level' in event) || event.level !== this.prepared.level) return;
    switch (event.type) {
      case 'level.started':
        this.#startMs = event.atMs;
        break;
      case 'level.finished':
        this.#endMs = event.atMs;
        break;
      case 'generator.sampled':
        if (this.#startMs !== undefined && event.atMs > this.#startMs) this.#generator.add(event);
        break;
      default:
        this.#flow.add(event);
    }
  }

  addWindow(window: RollingWindow): void {
    this.#window = window;
  }

  /** @param latestMs the latest stamp of the run: rates count until then */
  read(latestMs: number): LiveLevel {
    const seconds = this.#startMs === undefined ? 0 : ((this.#endMs ?? latestMs) - this.#startMs) / 1000;
    const { completed, empty, tokens, inFlight, clients, failures, ttftMs, tpotMs, e2eMs } = this.#whole;
    const { aborted: _, ...own } = failures;
    const rates = { requestsPerSec: completed / seconds, outputTokensPerSec: tokens / seconds };
    const firsts = ttftMs.count > 0 ? ttftMs : e2eMs;
    const pace = { medianFirstMs: firsts.quantile(0.5), medianChunkGapMs: tpotMs.quantile(0.5) };
    return {
      prepared: this.prepared,
      ...(this.#startMs === undefined ? {} : { startMs: this.#startMs }),
      ...(this.#endMs === undefined ? {} : { endMs: this.#endMs }),
      phases: addCounts({}, clients),
      ...{ inFlight, completed, empty },
      failures: own,
      ...(seconds > 0 ? rates : {}),
      ttftMs: toWindowSpread(ttftMs),
      tpotMs: toWindowSpread(tpotMs),
      e2eMs: toWindowSpread(e2eMs),
      ...(this.#window === undefined ? {} : { window: this.#window }),
      generator: this.#generator.health(pace),
    };
  }
}
