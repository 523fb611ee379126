import { isEmptyAnswer } from '../events/emptyAnswer.ts';
import type {
  ClientPhase,
  ClientPhaseChanged,
  FailureKind,
  LevelPrepared,
  RequestOutcome,
  RequestProgressed,
  RunEvent,
} from '../events/events.ts';
import { GeneratorTally } from '../metrics/generatorTally.ts';
import { coarseBits, Histogram } from '../metrics/histogram.ts';
import { requestFigures } from '../metrics/requestFigures.ts';
import { type RollingWindow, toWindowSpread } from '../metrics/rollingWindow.ts';
import { addCounts } from '../metrics/windowStep.ts';
import type { LiveLevel } from './liveView.ts';

/** Folds the events of one level into what is shown of it while it goes on. */
export class LevelTrack {
  readonly prepared: LevelPrepared;
  readonly #phaseOf = new Map<number, ClientPhase>();
  readonly #phases: Partial<Record<ClientPhase, number>> = {};
  readonly #failures: Partial<Record<FailureKind, number>> = {};
  readonly #ttftMs = new Histogram(coarseBits);
  readonly #tpotMs = new Histogram(coarseBits);
  readonly #e2eMs = new Histogram(coarseBits);
  readonly #generator = new GeneratorTally();
  /** Tokens counted so far of requests in flight. */
  readonly #counted = new Map<number, number>();
  #startMs: number | undefined;
  #endMs: number | undefined;
  #inFlight = 0;
  #completed = 0;
  #empty = 0;
  #tokens = 0;
  #window: RollingWindow | undefined;

  constructor(prepared: LevelPrepared) {
    this.prepared = prepared;
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
      case 'client.phaseChanged':
        this.#move(event);
        break;
      case 'request.sent':
        if (!event.warmup) this.#inFlight++;
        break;
      case 'request.progressed':
        if (!event.warmup) this.#addProgress(event);
        break;
      case 'request.completed':
      case 'request.failed':
        if (!event.warmup) this.#addOutcome(event);
        break;
      case 'generator.sampled':
        if (this.#startMs !== undefined && event.atMs > this.#startMs) this.#generator.add(event);
        break;
      default:
    }
  }

  addWindow(window: RollingWindow): void {
    this.#window = window;
  }

  /** @param latestMs the latest stamp of the run: rates count until then */
  read(latestMs: number): LiveLevel {
    const seconds = this.#startMs === undefined ? 0 : ((this.#endMs ?? latestMs) - this.#startMs) / 1000;
    const rates = { requestsPerSec: this.#completed / seconds, outputTokensPerSec: this.#tokens / seconds };
    const firsts = this.#ttftMs.count > 0 ? this.#ttftMs : this.#e2eMs;
    const pace = { medianFirstMs: firsts.quantile(0.5), medianChunkGapMs: this.#tpotMs.quantile(0.5) };
    return {
      prepared: this.prepared,
      ...(this.#startMs === undefined ? {} : { startMs: this.#startMs }),
      ...(this.#endMs === undefined ? {} : { endMs: this.#endMs }),
      phases: { ...this.#phases },
      inFlight: this.#inFlight,
      completed: this.#completed,
      empty: this.#empty,
      failures: { ...this.#failures },
      ...(seconds > 0 ? rates : {}),
      ttftMs: toWindowSpread(this.#ttftMs),
      tpotMs: toWindowSpread(this.#tpotMs),
      e2eMs: toWindowSpread(this.#e2eMs),
      ...(this.#window === undefined ? {} : { window: this.#window }),
      generator: this.#generator.health(pace),
    };
  }

  #move({ client, phase }: ClientPhaseChanged): void {
    const before = this.#phaseOf.get(client);
    this.#phaseOf.set(client, phase);
    if (before !== undefined) addCounts(this.#phases, { [before]: -1 });
    addCounts(this.#phases, { [phase]: 1 });
  }

  #addProgress({ request, chunkAtMs, chunkTokens }: RequestProgressed): void {
    const tokens = chunkTokens === undefined ? chunkAtMs.length : chunkTokens.reduce((sum, count) => sum + count, 0);
    this.#tokens += tokens;
    this.#counted.set(request, (this.#counted.get(request) ?? 0) + tokens);
  }

  #addOutcome(event: RequestOutcome): void {
    if (event.sentAtMs !== undefined) this.#inFlight--;
    const counted = this.#counted.get(event.request) ?? 0;
    this.#counted.delete(event.request);
    if (event.type === 'request.failed') {
      if (event.kind !== 'aborted') addCounts(this.#failures, { [event.kind]: 1 });
      return;
    }
    this.#tokens += event.outputTokens - counted;
    if (isEmptyAnswer(event)) {
      this.#empty++;
      return;
    }
    this.#completed++;
    const { ttftMs, tpotMs, e2eMs } = requestFigures(event);
    this.#e2eMs.record(e2eMs);
    if (ttftMs !== undefined) this.#ttftMs.record(ttftMs);
    if (tpotMs !== undefined) this.#tpotMs.record(tpotMs);
  }
}
