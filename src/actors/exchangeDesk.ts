import type { Cancel, Client, Failure, Wire } from '../clients/client.ts';
import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { Writable } from '../core/writable.ts';
import type { RequestOutcome, RequestSent, RunEvent } from '../events/events.ts';
import type { ExchangeText } from '../events/texts.ts';
import { type Desk, Exchange, type ExchangeOrigin } from './exchange.ts';
import type { RetryPolicy } from './retryPolicy.ts';
import { Tries } from './tries.ts';
import { UnreadQueue } from './unreadQueue.ts';

export interface DeskSettings {
  /** The worker's number in its events. */
  readonly worker: number;
  readonly clock: Clock;
  readonly requestTimeoutMs: number;
  readonly noProgressTimeoutMs?: number;
  /** Without it each request is sent once. */
  readonly retryPolicy?: RetryPolicy;
  readonly keepsTexts: boolean;
  /** The source text's id that prompts are slices of. */
  readonly source: number;
  /** Takes a batch of events in the order of their stamps. */
  readonly deliver: (events: readonly RunEvent[], texts: readonly ExchangeText[]) => void;
  /** Runs a callback once the sockets that are ready have been stamped; `setImmediate`, but in tests. */
  readonly defer: (callback: () => void) => void;
}

/** Counts that a sampler reads and resets. */
export interface SendCounts {
  sends: number;
  lateSends: number;
  /** Those that waited since as many as may be were in flight. */
  heldSends: number;
}

const lateMs = 10;
const batchSize = 512;

/**
 * Where all exchanges of one worker are booked: it reads what sockets have stamped, watches deadlines, and delivers
 * events in batches. No event leaves before all earlier ones of the worker.
 */
export class ExchangeDesk implements Desk {
  readonly worker: number;
  readonly clock: Clock;
  readonly nowMs: () => number;
  readonly defer: (callback: () => void) => void;
  /** Counts tokens of an answer where the server does not; set once the tokenizer is there. */
  countTokens: ((text: string) => number) | undefined;
  readonly counts: SendCounts = { sends: 0, lateSends: 0, heldSends: 0 };
  readonly #settings: DeskSettings;
  // No Set: what it leaves behind as it grows drags exchanges into the old generation, which costs a tenth of a core.
  readonly #open: Exchange[] = [];
  readonly #unread: UnreadQueue<Exchange>;
  #delivering = false;
  readonly #unhurried: (() => void)[] = [];
  #events: RunEvent[] = [];
  #texts: ExchangeText[] = [];

  constructor(settings: DeskSettings) {
    this.#settings = settings;
    this.worker = settings.worker;
    this.clock = settings.clock;
    this.nowMs = settings.clock.nowMs;
    this.defer = settings.defer;
    const { nowMs, defer } = this;
    this.#unread = new UnreadQueue({ nowMs, defer, read: (exchange) => this.#read(exchange) });
  }

  /** Runs what is slow and can wait one at a time, and stamps what has come to the sockets before each. */
  unhurried(callback: () => void): void {
    if (this.#unhurried.push(callback) === 1) this.defer(() => this.#runUnhurried());
  }

  #runUnhurried(): void {
    this.#unhurried[0]?.();
    this.#unhurried.shift();
    if (this.#unhurried.length > 0) this.defer(() => this.#runUnhurried());
  }

  get inFlight(): number {
    return this.#open.length;
  }

  /** Sends a prepared request; the exchange reports through `origin`. */
  send(client: Client, prepared: unknown, origin: ExchangeOrigin): Exchange {
    const exchange = new Exchange(this, origin);
    exchange.place = this.#open.push(exchange) - 1;
    try {
      exchange.readWith(client.processResponse(prepared, exchange));
    } catch (thrown) {
      exchange.failed(clientThrew(thrown));
      return exchange;
    }
    const { retryPolicy: policy } = this.#settings;
    exchange.handedAtMs = exchange.lastByteAtMs = this.nowMs();
    if (policy === undefined) exchange.cancel = hand(client, prepared, exchange);
    else {
      const send = (wire: Wire<unknown>) => hand(client, prepared, wire);
      const onRetry = (failure: Failure, waitMs: number) => this.tryFailed(exchange, failure, waitMs);
      new Tries({ exchange, clock: this.clock, policy, send, onRetry }).start();
    }
    return exchange;
  }

  tryFailed(exchange: Exchange, failure: Failure, waitMs: number): void {
    const { level, client, planned } = exchange.origin;
    const { kind, reason, message, httpStatus } = failure;
    this.emit({
      type: 'request.retried',
      worker: this.worker,
      atMs: this.nowMs(),
      level,
      client,
      request: planned.request,
      warmup: planned.warmup,
      failedTry: ++exchange.failedTries,
      waitMs,
      kind,
      reason,
      ...(message === undefined ? {} : { message }),
      ...(httpStatus === undefined ? {} : { httpStatus }),
    });
  }

  wasSent(exchange: Exchange): void {
    const { origin } = exchange;
    const atMs = exchange.sentAtMs as number;
    // A warm-up waits for its connection, and is in no figure.
    if (!origin.planned.warmup) {
      this.counts.sends++;
      // From here to its socket a request may wait for a new connection, which is the server's time and not ours.
      if (origin.isHeldBack === true) this.counts.heldSends++;
      else if (exchange.handedAtMs - origin.scheduledAtMs > lateMs) this.counts.lateSends++;
    }
    const { request, warmup, promptTokens, maxNewTokens, turn } = origin.planned;
    const sent: Writable<RequestSent> = {
      type: 'request.sent',
      worker: this.worker,
      atMs,
      level: origin.level,
      client: origin.client,
      request,
      warmup,
      scheduledAtMs: origin.scheduledAtMs,
      promptTokens,
      maxNewTokens,
    };
    if (turn !== undefined) sent.turn = turn;
    this.emit(sent);
  }

  hasUnread(exchange: Exchange): void {
    this.#unread.add(exchange);
  }

  wasClosed(exchange: Exchange): void {
    this.#removeOpen(exchange);
    this.hasUnread(exchange);
  }

  /** The last one takes the place of the one that goes. */
  #removeOpen({ place }: Exchange): void {
    const last = this.#open.pop() as Exchange;
    if (last.place === place) return;
    last.place = place;
    this.#open[place] = last;
  }

  emit(event: RunEvent): void {
    this.#events.push(event);
    if (this.#events.length < batchSize || this.#delivering) return;
    this.#delivering = true;
    this.defer(() => this.#deliver());
  }

  /** Delivers all that has happened until now, chunks of open streams among it. */
  flush(): void {
    this.#unread.readAll();
    const atMs = this.nowMs();
    for (const exchange of this.#open) this.#addProgress(exchange, atMs);
    this.#deliver();
  }

  /** Ends every exchange that has been open, or silent, for too long. */
  checkDeadlines(): void {
    const { requestTimeoutMs, noProgressTimeoutMs = Number.POSITIVE_INFINITY } = this.#settings;
    const nowMs = this.nowMs();
    for (const exchange of [...this.#open]) {
      // Until then it waited for its turn: that is in its latencies, and no fault of the server's.
      const sinceMs = nowMs - (exchange.sentAtMs ?? exchange.handedAtMs);
      const silentMs = nowMs - exchange.lastByteAtMs;
      const reason =
        sinceMs >= requestTimeoutMs ? 'request' : silentMs >= noProgressTimeoutMs ? 'noProgress' : undefined;
      if (reason === undefined) continue;
      const spentMs = Math.round(reason === 'request' ? sinceMs : silentMs);
      // Clients need not mark when they send: what has brought something was sent.
      if (exchange.sentAtMs !== undefined || silentMs < sinceMs) {
        const what = reason === 'noProgress' && silentMs < sinceMs ? 'nothing more came' : 'no answer';
        exchange.breakOff({ kind: 'timeout', reason, message: `${what} after ${spentMs} ms` });
      } else {
        exchange.breakOff({
          kind: 'timeout',
          reason: 'notSent',
          message: `its client did not send it in ${spentMs} ms`,
        });
      }
    }
  }

  #read(exchange: Exchange): void {
    if (exchange.settled) return;
    const outcome = exchange.read();
    if (outcome === undefined) return;
    exchange.settled = true;
    this.#addProgress(exchange, outcome.atMs);
    this.emit(outcome);
    this.#addText(exchange, outcome);
    exchange.origin.onSettled?.(outcome, exchange.text);
  }

  #addProgress(exchange: Exchange, atMs: number): void {
    const progress = exchange.takeProgress();
    if (progress === undefined) return;
    const { level, planned } = exchange.origin;
    const { request, warmup } = planned;
    const { worker } = this;
    const { chunkAtMs, chunkTokens } = progress;
    if (chunkTokens === undefined) {
      this.#events.push({ type: 'request.progressed', worker, atMs, level, request, warmup, chunkAtMs });
    } else {
      this.#events.push({ type: 'request.progressed', worker, atMs, level, request, warmup, chunkAtMs, chunkTokens });
    }
  }

  #addText({ origin, text: answer, raw }: Exchange, { request, level, client, warmup }: RequestOutcome): void {
    if (!this.#settings.keepsTexts) return;
    const { source } = this.#settings;
    const { slices } = origin.planned;
    if (raw === undefined) this.#texts.push({ request, level, client, warmup, source, slices, answer });
    else this.#texts.push({ request, level, client, warmup, source, slices, answer, raw });
  }

  #deliver(): void {
    this.#delivering = false;
    this.#unread.readAll();
    if (this.#events.length === 0) return;
    const events = this.#events.sort((one, other) => one.atMs - other.atMs);
    const texts = this.#texts;
    this.#events = [];
    this.#texts = [];
    this.#settings.deliver(events, texts);
  }
}

/** A client that throws has failed. */
function hand(client: Client, prepared: unknown, wire: Wire<unknown>): Cancel {
  try {
    return client.sendRequest(prepared, wire);
  } catch (thrown) {
    wire.failed(clientThrew(thrown));
    return () => {};
  }
}

function clientThrew(thrown: unknown): Failure {
  return { kind: 'protocol', reason: 'clientThrew', message: messageOf(thrown) };
}
