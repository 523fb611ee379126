import type { AnswerRecord, Cancel, Failure, ResponseReader, Wire } from '../clients/client.ts';
import type { Writable } from '../core/writable.ts';
import type { ExchangeStamps, RequestCompleted, RequestFailed, RequestOutcome, TokenSource } from '../events/events.ts';
import type { PlannedRequest } from '../workload/promptDeck.ts';

/** Whose request it is and when it was due. */
export interface ExchangeOrigin {
  readonly level: number;
  readonly client: number;
  readonly planned: PlannedRequest;
  readonly scheduledAtMs: number;
  /** It was due while as many as may be were in flight: that it left late is no fault of the load generator. */
  readonly isHeldBack?: boolean;
  /** Called at once when the exchange closes, before anything of the answer is read: the client is free again. */
  readonly onClosed: (atMs: number, wasSent: boolean, failure: Failure | undefined) => void;
  /** Called when the answer has been read and the outcome is known. */
  readonly onSettled?: (outcome: RequestOutcome, answer: string) => void;
}

/** What an exchange needs of whoever books it. */
export interface Desk {
  readonly worker: number;
  readonly nowMs: () => number;
  readonly countTokens: ((text: string) => number) | undefined;
  wasSent(exchange: Exchange): void;
  /** It goes out again, or will after `waitMs`. */
  tryFailed(exchange: Exchange, failure: Failure, waitMs: number): void;
  hasUnread(exchange: Exchange): void;
  wasClosed(exchange: Exchange): void;
}

const ranks: Record<TokenSource, number> = { chunks: 0, tokenizer: 1, tokenIds: 2, usage: 3 };
const noTimes = new Float64Array(0);

/**
 * One request from its sending to its outcome. At the socket it only stores stamps and pieces; the pieces are read
 * later, when the desk finds time, so that reading one answer never delays the stamp of another.
 */
export class Exchange implements Wire<unknown>, AnswerRecord {
  readonly origin: ExchangeOrigin;
  readonly #desk: Desk;
  #reader: ResponseReader<unknown> | undefined;
  cancel: Cancel = () => {};
  /** No other try will follow; one that is waited for is given up, and it has failed. */
  stopTrying: () => void = () => {};
  /** Where the desk keeps it while it is open. */
  place = -1;
  /** Its outcome is in the events. */
  settled = false;

  failedTries = 0;

  /** When it was given to its client. */
  handedAtMs = 0;
  sentAtMs: number | undefined;
  #headersAtMs: number | undefined;
  #firstEventAtMs: number | undefined;
  closedAtMs: number | undefined;
  /** The last sign of life, for the deadline on progress. */
  lastByteAtMs = 0;

  /** What has come and is not read yet. */
  #pieces: { readonly piece: unknown; readonly atMs: number }[] | undefined;
  #failure: Failure | undefined;

  #chunks = 0;
  #reported = 0;
  #chunkAtMs = noTimes;
  #chunkTokens: number[] | undefined;
  #firstTokenAtMs: number | undefined;
  #lastTokenAtMs: number | undefined;
  #tokens = 0;
  #tokenSource: TokenSource = 'chunks';
  #serverPromptTokens: number | undefined;
  #finishReason: string | undefined;
  #streamed = true;
  text = '';
  raw: string | undefined;

  constructor(desk: Desk, origin: ExchangeOrigin) {
    this.#desk = desk;
    this.origin = origin;
  }

  readWith(reader: ResponseReader<unknown>): void {
    this.#reader = reader;
  }

  sent(): void {
    if (this.sentAtMs !== undefined || this.closedAtMs !== undefined) return;
    this.sentAtMs = this.#desk.nowMs();
    this.lastByteAtMs = this.sentAtMs;
    this.#desk.wasSent(this);
  }

  resent(failure: Failure): void {
    if (this.closedAtMs === undefined) this.#desk.tryFailed(this, failure, 0);
  }

  headers(): void {
    if (this.closedAtMs !== undefined) return;
    this.lastByteAtMs = this.#headersAtMs = this.#desk.nowMs();
  }

  received(piece: unknown): void {
    if (this.closedAtMs !== undefined) return;
    const atMs = this.#desk.nowMs();
    this.lastByteAtMs = atMs;
    if (this.#pieces !== undefined) {
      this.#pieces.push({ piece, atMs });
      return;
    }
    this.#pieces = [{ piece, atMs }];
    this.#desk.hasUnread(this);
  }

  ended(): void {
    this.#close(undefined);
  }

  failed(failure: Failure): void {
    this.#close(failure);
  }

  /** Ends it for a reason of ours: the socket is closed before the client is free for its next request. */
  breakOff(failure: Failure): void {
    this.#close(failure, true);
  }

  #close(failure: Failure | undefined, cancels = false): void {
    if (this.closedAtMs !== undefined) return;
    this.closedAtMs = this.#desk.nowMs();
    this.#failure = failure;
    if (cancels) this.cancel();
    this.#desk.wasClosed(this);
    this.origin.onClosed(this.closedAtMs, this.sentAtMs !== undefined, failure);
  }

  /** Reads what has come; where the exchange is closed, @returns its outcome. */
  read(): RequestOutcome | undefined {
    const failure = this.#readUnread();
    if (this.closedAtMs === undefined) {
      // A failure inside the stream ends the exchange: nothing after it can be trusted.
      if (failure !== undefined) this.breakOff(failure);
      return undefined;
    }
    this.#failure ??= failure;
    return this.#failure === undefined
      ? this.#completed(this.closedAtMs)
      : this.#failed(this.closedAtMs, this.#failure);
  }

  #readUnread(): Failure | undefined {
    const reader = this.#reader;
    if (reader === undefined) return undefined;
    try {
      return this.#readPieces(reader) ?? (this.#endedWell() ? reader.end() : undefined);
    } catch (thrown) {
      return { kind: 'protocol', reason: 'unreadable', message: String(thrown) };
    }
  }

  #readPieces(reader: ResponseReader<unknown>): Failure | undefined {
    const pieces = this.#pieces;
    if (pieces === undefined) return undefined;
    this.#pieces = undefined;
    for (const { piece, atMs } of pieces) {
      const failure = reader.read(piece, atMs);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  #endedWell(): boolean {
    return this.closedAtMs !== undefined && this.#failure === undefined;
  }

  event(atMs: number): void {
    this.#firstEventAtMs ??= atMs;
  }

  output(atMs: number, text: string, tokens?: number): void {
    this.#firstEventAtMs ??= atMs;
    this.#firstTokenAtMs ??= atMs;
    this.#lastTokenAtMs = atMs;
    if (this.#chunks === this.#chunkAtMs.length) this.#growChunks();
    if (this.#chunks === 0) this.#chunkTokens = [];
    this.#chunkAtMs[this.#chunks++] = atMs;
    // The count of one chunk is worth nothing unless that of every chunk is known.
    if (!isCount(tokens)) this.#chunkTokens = undefined;
    else this.#chunkTokens?.push(tokens);
    this.text += text;
  }

  #growChunks(): void {
    const grown = new Float64Array(Math.max(this.#chunks * 2, this.origin.planned.maxNewTokens, 16));
    grown.set(this.#chunkAtMs);
    this.#chunkAtMs = grown;
  }

  wholeText(text: string, raw: string): void {
    this.#streamed = false;
    this.text = String(text); // servers put other things where a text should be
    this.raw = raw;
  }

  counted(outputTokens: number, source: TokenSource, serverPromptTokens?: number): void {
    if (isCount(serverPromptTokens)) this.#serverPromptTokens = serverPromptTokens;
    if (!isCount(outputTokens) || ranks[source] < ranks[this.#tokenSource]) return;
    this.#tokens = outputTokens;
    this.#tokenSource = source;
  }

  finished(reason: string): void {
    if (typeof reason === 'string') this.#finishReason = reason;
  }

  /** The chunks since the last call, for `request.progressed`. */
  takeProgress(): { readonly chunkAtMs: Float64Array; readonly chunkTokens?: Uint32Array } | undefined {
    if (this.#chunks === this.#reported) return undefined;
    const from = this.#reported;
    this.#reported = this.#chunks;
    const chunkAtMs = this.#chunkAtMs.slice(from, this.#chunks);
    if (this.#chunkTokens === undefined) return { chunkAtMs };
    return { chunkAtMs, chunkTokens: Uint32Array.from(this.#chunkTokens.slice(from)) };
  }

  /** The stamps that came, in one fixed order: events of few shapes pack small and fast. */
  #addStamps(event: Writable<ExchangeStamps>): void {
    if (this.sentAtMs !== undefined) event.sentAtMs = this.sentAtMs;
    if (this.#headersAtMs !== undefined) event.headersAtMs = this.#headersAtMs;
    if (this.#firstEventAtMs !== undefined) event.firstEventAtMs = this.#firstEventAtMs;
    if (this.#firstTokenAtMs !== undefined) event.firstTokenAtMs = this.#firstTokenAtMs;
    if (this.#lastTokenAtMs !== undefined) event.lastTokenAtMs = this.#lastTokenAtMs;
  }

  #completed(closedAtMs: number): RequestOutcome {
    this.#settleCount();
    const { level, client, planned, scheduledAtMs } = this.origin;
    const event: Writable<RequestCompleted> = {
      type: 'request.completed',
      worker: this.#desk.worker,
      atMs: closedAtMs,
      level,
      client,
      request: planned.request,
      warmup: planned.warmup,
      scheduledAtMs,
      sentAtMs: this.sentAtMs ?? scheduledAtMs,
      closedAtMs,
      chunks: this.#chunks,
      streamed: this.#streamed,
      promptTokens: planned.promptTokens,
      outputTokens: this.#tokens,
      tokenSource: this.#tokenSource,
    };
    this.#addStamps(event);
    if (this.#chunks > 0) event.firstChunkTokens = this.#chunkTokens?.[0] ?? this.#tokens / this.#chunks;
    if (this.#serverPromptTokens !== undefined) event.serverPromptTokens = this.#serverPromptTokens;
    if (this.#finishReason !== undefined) event.finishReason = this.#finishReason;
    return event;
  }

  #settleCount(): void {
    if (this.#tokenSource !== 'chunks') return;
    if (this.#chunkTokens !== undefined && this.#chunks > 0) {
      this.counted(
        this.#chunkTokens.reduce((sum, tokens) => sum + tokens, 0),
        'tokenIds',
      );
      return;
    }
    const byTokenizer = this.#desk.countTokens?.(this.text);
    if (byTokenizer !== undefined) this.counted(byTokenizer, 'tokenizer');
    else this.#tokens = this.#streamed ? this.#chunks : this.text === '' ? 0 : 1;
  }

  #failed(closedAtMs: number, failure: Failure): RequestOutcome {
    const { level, client, planned, scheduledAtMs } = this.origin;
    const event: Writable<RequestFailed> = {
      type: 'request.failed',
      worker: this.#desk.worker,
      atMs: closedAtMs,
      level,
      client,
      request: planned.request,
      warmup: planned.warmup,
      scheduledAtMs,
      closedAtMs,
      chunks: this.#chunks,
      kind: failure.kind,
      reason: failure.reason,
    };
    this.#addStamps(event);
    if (failure.message !== undefined) event.message = failure.message;
    if (failure.httpStatus !== undefined) event.httpStatus = failure.httpStatus;
    return event;
  }
}

/** Servers and clients from outside may say anything: what is no count is as if they had said none. */
function isCount(tokens: number | undefined): tokens is number {
  return Number.isSafeInteger(tokens) && (tokens as number) >= 0;
}
