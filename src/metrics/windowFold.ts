import type {
  ClientPhase,
  ClientPhaseChanged,
  LevelPrepared,
  Recorded,
  RequestOutcome,
  RequestProgressed,
} from '../events/events.ts';
import { levelOf } from '../events/levelOf.ts';
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
  #startMs: number | undefined;
  /** The steps of the widest window that is open, and those after it. */
  readonly #steps = new Map<number, WindowStep>();
  /** The one that was looked up last: mostly the next one, too. */
  #latest: { readonly index: number; readonly step: WindowStep } | undefined;
  #closedSteps = 0;
  readonly #phases = new Map<number, ClientPhase>();
  /** Tokens counted so far of requests in flight. */
  readonly #counted = new Map<number, number>();
  #inFlight = 0;
  readonly #clients: Partial<Record<ClientPhase, number>> = {};

  /** @param widthMs rounded to whole steps of one second */
  constructor(prepared: LevelPrepared, widthMs: number) {
    this.#prepared = prepared;
    this.#stepsInWindow = Math.max(1, Math.round(widthMs / stepMs));
    this.#watermark = new Watermark(prepared.workers);
  }

  /** Takes the next event of the log, of this level or not. @returns the windows that it closes, mostly none. */
  add(event: Recorded): readonly RollingWindow[] {
    const rose = this.#watermark.observe(event.worker, event.atMs);
    if (levelOf(event) === this.#prepared.level) this.#addOwn(event);
    if (event.type === 'level.finished' && event.level === this.#prepared.level) return this.#closeUntil(event.atMs);
    return rose ? this.#closeUntil(this.#watermark.atMs - reportingMs) : none;
  }

  #addOwn(event: Recorded): void {
    switch (event.type) {
      case 'level.started':
        this.#startMs = event.atMs;
        break;
      case 'client.phaseChanged':
        this.#addPhase(event);
        break;
      case 'request.sent':
        if (!event.warmup) this.#stepAt(event.atMs).inFlight++;
        break;
      case 'request.progressed':
        if (!event.warmup) this.#addProgress(event);
        break;
      case 'request.completed':
      case 'request.failed':
        if (!event.warmup) this.#addOutcome(event);
        break;
    }
  }

  #addPhase(event: ClientPhaseChanged): void {
    const step = this.#stepAt(event.atMs);
    const before = this.#phases.get(event.client);
    this.#phases.set(event.client, event.phase);
    if (before !== undefined) step.clients[before] = (step.clients[before] ?? 0) - 1;
    step.clients[event.phase] = (step.clients[event.phase] ?? 0) + 1;
  }

  #addProgress(event: RequestProgressed): void {
    const { chunkAtMs, chunkTokens, request } = event;
    let counted = this.#counted.get(request) ?? 0;
    for (let index = 0; index < chunkAtMs.length; index++) {
      const tokens = chunkTokens === undefined ? 1 : (chunkTokens[index] as number);
      this.#stepAt(chunkAtMs[index] as number).tokens += tokens;
      counted += tokens;
    }
    this.#counted.set(request, counted);
  }

  #addOutcome(event: RequestOutcome): void {
    const step = this.#stepAt(event.closedAtMs);
    if (event.sentAtMs !== undefined) step.inFlight--;
    if (event.type === 'request.completed') {
      step.addCompleted(event);
      step.tokens += event.outputTokens - (this.#counted.get(event.request) ?? 0);
    } else step.failures[event.kind] = (step.failures[event.kind] ?? 0) + 1;
    this.#counted.delete(event.request);
  }

  /** The step of a stamp; the oldest open one where its own is closed, or before the level's start. */
  #stepAt(atMs: number): WindowStep {
    const own = this.#startMs === undefined ? 0 : Math.floor((atMs - this.#startMs) / stepMs);
    const index = Math.max(own, this.#closedSteps);
    if (this.#latest?.index === index) return this.#latest.step;
    const step = this.#steps.get(index) ?? new WindowStep();
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
    const all = new WindowStep();
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
      inFlight: this.#inFlight,
      failures: all.failures,
      empty: all.empty,
      clients: { ...this.#clients },
    };
  }
}
