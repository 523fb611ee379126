import { ExchangeDesk } from '../actors/exchangeDesk.ts';
import type { Adapter } from '../clients/adapter.ts';
import type { ClientSettings } from '../clients/clientSettings.ts';
import type { Clock } from '../core/clock.ts';
import { masked } from '../core/secrets.ts';
import type { RequestOutcome } from '../events/events.ts';
import { type PlannedRequest, promptText } from '../workload/promptDeck.ts';

/** One request that was really sent, with its end. */
export interface CheckedExchange {
  readonly streaming: boolean;
  readonly planned: PlannedRequest;
  readonly outcome: RequestOutcome;
  readonly answer: string;
}

export interface CheckedExchangeSettings {
  readonly adapter: Adapter;
  readonly settings: ClientSettings;
  readonly clock: Clock;
  readonly planned: PlannedRequest;
  readonly sourceText: string;
  readonly requestTimeoutMs: number;
  /** Aborted where nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Told now and then how long the answer has been awaited. */
  readonly onWait: (waitedMs: number) => void;
}

const tendEveryMs = 50;

/** Sends one request as a run would, and stamps it by the same means. Once it was aborted it rejects and sends nothing. */
export async function exchangeOnce(input: CheckedExchangeSettings): Promise<CheckedExchange> {
  const { adapter, settings, clock, planned, sourceText, requestTimeoutMs, signal, onWait } = input;
  signal.throwIfAborted();
  const client = adapter.createClient(settings, clock);
  const { request, promptTokens, maxNewTokens } = planned;
  const startedAtMs = clock.nowMs();
  let timer: unknown;
  return new Promise<CheckedExchange>((resolve) => {
    const desk = new ExchangeDesk({
      worker: 0,
      clock,
      requestTimeoutMs,
      keepsTexts: false,
      source: 0,
      defer: setImmediate,
      deliver: () => {},
    });
    const prompt = promptText(sourceText, planned.slices);
    const prepared = client.prepareRequest({ request, prompt, promptTokens, maxNewTokens });
    const tend = () => {
      desk.checkDeadlines();
      onWait(clock.nowMs() - startedAtMs);
      timer = clock.setTimeout(tend, tendEveryMs);
    };
    tend();
    const exchange = desk.send(client, prepared, {
      level: 0,
      client: 0,
      planned,
      scheduledAtMs: clock.nowMs(),
      onClosed: () => {},
      onSettled: (outcome) =>
        resolve(masked({ streaming: settings.streaming, planned, outcome, answer: exchange.text })),
    });
    signal.addEventListener('abort', () => exchange.breakOff({ kind: 'aborted', reason: 'cancelled' }), { once: true });
  }).finally(() => {
    clock.clearTimeout(timer);
    client.close();
  });
}
