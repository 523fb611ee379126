import type { ClientPhase, LevelPrepared, Recorded } from '../events/events.ts';
import { levelOf } from '../events/levelOf.ts';
import { FlowFold } from './flowFold.ts';
import { type LatencyStart, latencyStart } from './requestFigures.ts';
import { type RollingWindow, toWindowSpread } from './rollingWindow.ts';
import { Watermark } from './watermark.ts';
import { addCounts, WindowStep } from './windowStep.ts';

const stepMs = 1000;
/** Chunks are reported some time after they arrive; a window waits that long for them. */
const reportingMs = 500;
const none: readonly RollingWindow[] = [];

/**
 * Folds the events of one level into rolling windows: they move by one second, aligned to the level's start, and close
 * when the watermark has passed their end by half a second. What is reported later still counts in the oldest open
 * step. `generator.sampled` moves the watermark too, so that windows go on while a server hangs.
 */
export class WindowFold {
  readonly #prepared: LevelPrepared;
  readonly #stepsInWindow: number;
  readonly #watermark: Watermark;
  readonly #start: LatencyStart;
  #startMs: number | undefined;
  /** The steps of the widest window that is open, and those after it. */
  readonly #steps = new Map<number, WindowStep>();
  /** The one that was looked up last: mostly the next one, too. */
  #latest: { readonly index: number; readonly step: WindowStep } | undefined;
  #closedSteps = 0;
  readonly #flow = new FlowFold((atMs) => this.#stepAt(atMs));
  #inFlight = 0;
  readonly #clients: Partial<Record<ClientPhase, number>> = {};

  /** @param widthMs rounded to whole steps of one second */
  constructor(prepared: LevelPrepared, widthMs: number) {
    this.#prepared = prepared;
    this.#stepsInWindow = Math.max(1, Math.round(widthMs / stepMs));
    this.#watermark = new Watermark(prepared.workers);
    this.#start = latencyStart(prepared);
  }

  /** Takes the next event of the log, of this level or not. @returns the windows that it closes, mostly none. */
  add(event: Recorded): readonly RollingWindow[] {
    const rose = this.#watermark.observe(event.worker, event.atMs);
    if (levelOf(event) === this.#prepared.level) {
      if (event.type === 'level.started') this.#startMs = event.atMs;
      else this.#flow.add(event);
    }
    if (event.type === 'level.finished' && event.level === this.#prepared.level) return this.#closeUntil(event.atMs);
    return rose ? this.#closeUntil(this.#watermark.atMs - reportingMs) : none;
  }

  /** The step of a stamp; the oldest open one where its own is closed, or before the level's start. */
  #stepAt(atMs: number): WindowStep {
    const own = this.#startMs === undefined ? 0 : Math.floor((atMs - this.#startMs) / stepMs);
    const index = Math.max(own, this.#closedSteps);
    if (this.#latest?.index === index) return this.#latest.step;
    const step = this.#steps.get(index) ?? new WindowStep(this.#start);
    this.#steps.set(index, step);
    this.#latest = { index, step };
    return step;
  }

  #closeUntil(atMs: number): readonly RollingWindow[] {
    if (this.#startMs === undefined || atMs < this.#startMs + (this.#closedSteps + 1) * stepMs) return none;
    const closed: RollingWindow[] = [];
    while (atMs >= this.#startMs + (this.#closedSteps + 1) * stepMs) closed.push(this.#closeNext(this.#startMs));
    return closed;
  }

  #closeNext(startMs: number): RollingWindow {
    const newest = this.#steps.get(this.#closedSteps);
    this.#inFlight += newest?.inFlight ?? 0;
    addCounts(this.#clients, newest?.clients ?? {});
    this.#closedSteps++;
    const firstStep = Math.max(0, this.#closedSteps - this.#stepsInWindow);
    this.#steps.delete(firstStep - 1);
    const all = new WindowStep(this.#start);
    for (let index = firstStep; index < this.#closedSteps; index++) {
      const step = this.#steps.get(index);
      if (step !== undefined) all.mergeFlow(step);
    }
    const seconds = ((this.#closedSteps - firstStep) * stepMs) / 1000;
    return {
      level: this.#prepared.level,
      sweep: this.#prepared.sweep,
      fromMs: startMs + firstStep * stepMs,
      toMs: startMs + this.#closedSteps * stepMs,
      requestsPerSec: all.completed / seconds,
      outputTokensPerSec: all.tokens / seconds,
      ttftMs: toWindowSpread(all.ttftMs),
      tpotMs: toWindowSpread(all.tpotMs),
      e2eMs: toWindowSpread(all.e2eMs),
      ...(all.fromSent === undefined
        ? {}
        : { fromSent: { ttftMs: toWindowSpread(all.fromSent.ttftMs), e2eMs: toWindowSpread(all.fromSent.e2eMs) } }),
      inFlight: this.#inFlight,
      failures: all.failures,
      empty: all.empty,
      clients: { ...this.#clients },
    };
  }
}
