import type {
  ClientPhase,
  LevelPrepared,
  Recorded,
  RequestOutcome,
  RequestProgressed,
  RequestSent,
} from '../events/events.ts';
import { FlowFold } from './flowFold.ts';
import { latencyStart, type RequestFigures } from './requestFigures.ts';
import { type RollingWindow, toWindowSpread } from './rollingWindow.ts';
import type { Watermark } from './watermark.ts';
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
  #startMs: number | undefined;
  /** The steps of the widest window that is open, and those after it. */
  readonly #steps = new Map<number, WindowStep>();
  readonly #all: WindowStep;
  readonly #spare: WindowStep[] = [];
  /** The one that was looked up last: mostly the next one, too. */
  #latest: { readonly index: number; readonly step: WindowStep } | undefined;
  #closedSteps = 0;
  /** The end of the oldest step that is open. */
  #nextEndMs = Number.POSITIVE_INFINITY;
  readonly #flow = new FlowFold((atMs) => this.#stepAt(atMs));
  #inFlight = 0;
  readonly #clients: Partial<Record<ClientPhase, number>> = {};

  /**
   * @param widthMs rounded to whole steps of one second
   * @param watermark of the level: it has observed an event before the windows are told of it
   */
  constructor(prepared: LevelPrepared, widthMs: number, watermark: Watermark) {
    this.#prepared = prepared;
    this.#stepsInWindow = Math.max(1, Math.round(widthMs / stepMs));
    this.#watermark = watermark;
    this.#all = new WindowStep(latencyStart(prepared));
  }

  /** Takes an event of this level or of another. @returns, as the others do, the windows that it closes, mostly none. */
  addSent(event: RequestSent): readonly RollingWindow[] {
    if (this.#isMeasured(event)) this.#flow.addSent(event);
    return this.#closeReached();
  }

  addProgress(event: RequestProgressed): readonly RollingWindow[] {
    if (this.#isMeasured(event)) this.#flow.addProgress(event);
    return this.#closeReached();
  }

  /** @param figures those of the request, where it has figures and they are known already */
  addOutcome(event: RequestOutcome, figures?: RequestFigures): readonly RollingWindow[] {
    if (this.#isMeasured(event)) this.#flow.addOutcome(event, figures);
    return this.#closeReached();
  }

  /** Takes an event of any other kind. */
  add(event: Recorded): readonly RollingWindow[] {
    const { level } = this.#prepared;
    if (event.type === 'level.started' && event.level === level) this.#begin(event.atMs);
    else if (event.type === 'client.phaseChanged' && event.level === level) this.#flow.addPhase(event);
    else if (event.type === 'level.finished' && event.level === level) return this.#closeUntil(event.atMs);
    return this.#closeReached();
  }

  #isMeasured({ level, warmup }: { readonly level: number; readonly warmup: boolean }): boolean {
    return !warmup && level === this.#prepared.level;
  }

  #closeReached(): readonly RollingWindow[] {
    const atMs = this.#watermark.atMs - reportingMs;
    return this.#watermark.hasRisen && atMs >= this.#nextEndMs ? this.#closeUntil(atMs) : none;
  }

  #begin(atMs: number): void {
    this.#startMs = atMs;
    this.#nextEndMs = atMs + (this.#closedSteps + 1) * stepMs;
  }

  /** The step of a stamp; the oldest open one where its own is closed, or before the level's start. */
  #stepAt(atMs: number): WindowStep {
    const own = this.#startMs === undefined ? 0 : Math.floor((atMs - this.#startMs) / stepMs);
    const index = Math.max(own, this.#closedSteps);
    if (this.#latest?.index === index) return this.#latest.step;
    const step = this.#steps.get(index) ?? this.#spare.pop() ?? new WindowStep(latencyStart(this.#prepared));
    this.#steps.set(index, step);
    this.#latest = { index, step };
    return step;
  }

  #closeUntil(atMs: number): readonly RollingWindow[] {
    const closed: RollingWindow[] = [];
    while (this.#startMs !== undefined && atMs >= this.#nextEndMs) closed.push(this.#closeNext(this.#startMs));
    return closed;
  }

  #closeNext(startMs: number): RollingWindow {
    const newest = this.#steps.get(this.#closedSteps);
    this.#inFlight += newest?.inFlight ?? 0;
    addCounts(this.#clients, newest?.clients ?? {});
    this.#closedSteps++;
    this.#nextEndMs = startMs + (this.#closedSteps + 1) * stepMs;
    const firstStep = Math.max(0, this.#closedSteps - this.#stepsInWindow);
    this.#drop(firstStep - 1);
    const all = this.#all;
    all.clear();
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

  #drop(index: number): void {
    const step = this.#steps.get(index);
    if (step === undefined) return;
    this.#steps.delete(index);
    step.clear();
    this.#spare.push(step);
  }
}
