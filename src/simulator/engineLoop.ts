import type { Clock } from '../core/clock.ts';
import type { BatchingEngine } from './batchingEngine.ts';
import type { EngineMetrics } from './engineMetrics.ts';

/** Who gets the tokens of a sequence. */
export interface TokenReceiver {
  /** @param token its number within the answer, from 1 */
  token(token: number, last: boolean): void;
  /** All that is due has been handed over: the moment to write. */
  flush(): void;
}

interface Stamps {
  readonly receiver: TokenReceiver;
  readonly promptTokens: number;
  readonly arrivedAtMs: number;
  firstTokenAtMs: number;
  lastTokenAtMs: number;
}

/** Drives the engine by a clock. A timer that fires late ends every step that was due, and moves no later deadline. */
export class EngineLoop {
  readonly #engine: BatchingEngine;
  readonly #clock: Clock;
  readonly #metrics: EngineMetrics;
  readonly #sequences = new Map<number, Stamps>();
  #submitted = 0;
  #timer: unknown;

  constructor(engine: BatchingEngine, clock: Clock, metrics: EngineMetrics) {
    this.#engine = engine;
    this.#clock = clock;
    this.#metrics = metrics;
  }

  /** The sequence's number, for {@link cancel}. Where steps cost nothing its tokens come before this returns. */
  submit(promptTokens: number, maxNewTokens: number, receiver: TokenReceiver): number {
    const sequence = this.#submitted++;
    const arrivedAtMs = this.#clock.nowMs();
    this.#engine.submit({ sequence, promptTokens, maxNewTokens, atMs: arrivedAtMs });
    this.#sequences.set(sequence, { receiver, promptTokens, arrivedAtMs, firstTokenAtMs: 0, lastTokenAtMs: 0 });
    this.#advance();
    return sequence;
  }

  /** Forgets the sequence; one that is finished already is no mistake. */
  cancel(sequence: number): void {
    if (this.#sequences.delete(sequence)) this.#engine.cancel(sequence);
  }

  close(): void {
    this.#clock.clearTimeout(this.#timer);
    for (const sequence of this.#sequences.keys()) this.cancel(sequence);
  }

  #advance(): void {
    const due = new Set<TokenReceiver>();
    for (const { endedAtMs, tokens } of this.#engine.advance(this.#clock.nowMs())) {
      for (const { sequence, token, last } of tokens) {
        const stamps = this.#sequences.get(sequence);
        if (stamps === undefined) continue;
        this.#measure(stamps, token, last, endedAtMs);
        stamps.receiver.token(token, last);
        due.add(stamps.receiver);
        if (last) this.#sequences.delete(sequence);
      }
    }
    for (const receiver of due) receiver.flush();
    this.#schedule();
  }

  // While a step runs its deadline stands, so that a timer once set is never too late for what comes after.
  #schedule(): void {
    const deadlineMs = this.#engine.nextDeadlineMs();
    if (this.#timer !== undefined || deadlineMs === undefined) return;
    const fire = () => {
      this.#timer = undefined;
      this.#advance();
    };
    this.#timer = this.#clock.setTimeout(fire, Math.max(0, deadlineMs - this.#clock.nowMs()));
  }

  #measure(stamps: Stamps, token: number, last: boolean, atMs: number): void {
    const metrics = this.#metrics;
    metrics.generationTokens++;
    if (token === 1) {
      stamps.firstTokenAtMs = atMs;
      metrics.promptTokens += stamps.promptTokens;
      metrics.timeToFirstToken.observe((atMs - stamps.arrivedAtMs) / 1000);
    } else {
      metrics.interTokenLatency.observe((atMs - stamps.lastTokenAtMs) / 1000);
    }
    stamps.lastTokenAtMs = atMs;
    if (!last) return;
    metrics.finishedRequests++;
    metrics.endToEndLatency.observe((atMs - stamps.arrivedAtMs) / 1000);
    if (token > 1) metrics.timePerOutputToken.observe((atMs - stamps.firstTokenAtMs) / 1000 / (token - 1));
  }
}
