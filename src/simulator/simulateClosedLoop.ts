import { BatchingEngine, type FinishedStep } from './batchingEngine.ts';
import type { SimulatorOptions } from './simulatorOptions.ts';

export interface RequestLengths {
  readonly promptTokens: number;
  readonly outputTokens: number;
}

export interface ClosedLoop {
  readonly clients: number;
  /** Requests that are measured. */
  readonly requests: number;
  /** Requests that end before measuring begins, until the clients have fallen out of step. */
  readonly warmupRequests: number;
  /** The lengths of request `n`, from 0 in the order of sending. */
  readonly lengths: (n: number) => RequestLengths;
  /** From the end of an answer to the arrival of the client's next request. */
  readonly turnaroundMs?: number;
}

/** What the clients of a closed loop saw, means over the measured requests. */
export interface ClosedLoopFigures {
  readonly requestsPerSec: number;
  readonly outputTokensPerSec: number;
  readonly ttftMs: number;
  readonly e2eMs: number;
}

/**
 * Runs closed-loop clients against the engine on virtual time: each sends its next request when its answer is whole.
 * Tokens are credited where they appear, between the end of the last warm-up request and the end of the last measured.
 */
export function simulateClosedLoop(options: SimulatorOptions, loop: ClosedLoop): ClosedLoopFigures {
  const driver = new Driver(options, loop);
  driver.runUntil(loop.warmupRequests);
  const began = driver.totals();
  driver.runUntil(loop.warmupRequests + loop.requests);
  const ended = driver.totals();
  const seconds = (ended.atMs - began.atMs) / 1000;
  const requests = ended.requests - began.requests;
  return {
    requestsPerSec: requests / seconds,
    outputTokensPerSec: (ended.tokens - began.tokens) / seconds,
    ttftMs: (ended.ttftMs - began.ttftMs) / (ended.firstTokens - began.firstTokens),
    e2eMs: (ended.e2eMs - began.e2eMs) / requests,
  };
}

interface Totals {
  readonly atMs: number;
  readonly requests: number;
  readonly tokens: number;
  readonly firstTokens: number;
  readonly ttftMs: number;
  readonly e2eMs: number;
}

/** No two arrivals of real clients coincide, so those of simulated ones differ by this. */
const arrivalSpacingMs = 1e-6;

class Driver {
  readonly #engine: BatchingEngine;
  readonly #loop: ClosedLoop;
  readonly #sentAtMs = new Map<number, number>();
  #sent = 0;
  #totals = { atMs: 0, requests: 0, tokens: 0, firstTokens: 0, ttftMs: 0, e2eMs: 0 };

  constructor(options: SimulatorOptions, loop: ClosedLoop) {
    this.#engine = new BatchingEngine(options);
    this.#loop = loop;
    for (let client = 0; client < loop.clients; client++) this.#send(client * arrivalSpacingMs);
  }

  totals(): Totals {
    return { ...this.#totals };
  }

  runUntil(requests: number): void {
    while (this.#totals.requests < requests) {
      const deadlineMs = this.#engine.nextDeadlineMs();
      if (deadlineMs === undefined) return;
      for (const step of this.#engine.advance(deadlineMs)) this.#receive(step);
    }
  }

  #receive({ endedAtMs, tokens }: FinishedStep): void {
    const totals = this.#totals;
    totals.atMs = endedAtMs;
    let nextAtMs = endedAtMs + (this.#loop.turnaroundMs ?? 0);
    for (const { sequence, token, last } of tokens) {
      const elapsedMs = endedAtMs - (this.#sentAtMs.get(sequence) ?? Number.NaN);
      totals.tokens++;
      if (token === 1) {
        totals.firstTokens++;
        totals.ttftMs += elapsedMs;
      }
      if (!last) continue;
      totals.requests++;
      totals.e2eMs += elapsedMs;
      this.#sentAtMs.delete(sequence);
      nextAtMs += arrivalSpacingMs;
      this.#send(nextAtMs);
    }
  }

  #send(atMs: number): void {
    const sequence = this.#sent++;
    const { promptTokens, outputTokens } = this.#loop.lengths(sequence);
    this.#sentAtMs.set(sequence, atMs);
    this.#engine.submit({ sequence, promptTokens, maxNewTokens: outputTokens, atMs });
  }
}
