import { SimulatedClock } from 'xstate';
import { type DeskSettings, ExchangeDesk } from '../../src/actors/exchangeDesk.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { RunEvent } from '../../src/events/events.ts';
import type { ExchangeText } from '../../src/events/texts.ts';
import type { PlannedRequest } from '../../src/workload/promptDeck.ts';

type Limits = Partial<Pick<DeskSettings, 'requestTimeoutMs' | 'noProgressTimeoutMs' | 'retryPolicy'>>;

/** A desk on simulated time, with all that it delivered. */
export function createSimulatedWorker(limits: Limits = {}) {
  const simulated = new SimulatedClock();
  const clock: Clock = {
    nowMs: () => simulated.now(),
    setTimeout: (callback, delayMs) => simulated.setTimeout(callback, delayMs),
    clearTimeout: (timer) => simulated.clearTimeout(timer as number),
  };
  const events: RunEvent[] = [];
  const texts: ExchangeText[] = [];
  const desk = new ExchangeDesk({
    worker: 1,
    clock,
    requestTimeoutMs: 60_000,
    ...limits,
    keepsTexts: true,
    source: 0,
    defer: (callback) => void simulated.setTimeout(callback, 0),
    deliver: (batch, batchTexts) => {
      events.push(...batch);
      texts.push(...batchTexts);
    },
  });
  return {
    desk,
    clock,
    events,
    texts,
    /** Lets time pass in steps of a millisecond, then delivers. */
    pass(ms: number): void {
      for (let step = 0; step < ms; step++) simulated.increment(1);
      desk.checkDeadlines();
      desk.flush();
    },
  };
}

/** A request for a prompt of two words and an answer of `maxNewTokens`. */
export function plannedRequest(request: number, warmup = false, maxNewTokens = 3): PlannedRequest {
  return { request, warmup, promptTokens: 2, maxNewTokens, slices: [0, 9] };
}
