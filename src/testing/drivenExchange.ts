import type { AnswerRecord, Cancel, Client, Failure, RequestSpec, ResponseReader, Wire } from '../clients/client.ts';
import type { Clock } from '../core/clock.ts';
import type { TokenSource } from '../events/events.ts';

/** What a client may call on a {@link Wire}. */
export type Mark = 'sent' | 'headers' | 'received' | 'ended' | 'failed';

/** A piece of the output, as a client said it. */
export interface SaidOutput {
  readonly atMs: number;
  readonly text: string;
  readonly tokens?: number;
}

export interface DriveSettings {
  readonly clock: Clock;
  readonly limitMs: number;
}

/** One exchange of a client, driven as a worker drives it: stamped as it comes, read when it is closed. */
export class DrivenExchange implements Wire<unknown>, AnswerRecord {
  readonly marks: Mark[] = [];
  readonly outputs: SaidOutput[] = [];
  /** When each piece came. */
  readonly pieceAtMs: number[] = [];
  /** Every count that was said, by its source. */
  readonly counts = new Map<TokenSource, number>();
  whole: string | undefined;
  finishReason: string | undefined;
  failure: Failure | undefined;
  /** Rejects where it is not closed in time. */
  readonly closed: Promise<void>;
  readonly #settings: DriveSettings;
  readonly #pieces: { readonly piece: unknown; readonly atMs: number }[] = [];
  readonly #over: Promise<void>;
  readonly #waiting: { readonly mark: Mark; readonly resolve: () => void }[] = [];
  #reader: ResponseReader<unknown> | undefined;
  #cancel: Cancel = () => {};
  #close = () => {};

  constructor(settings: DriveSettings) {
    const { clock, limitMs } = settings;
    this.#settings = settings;
    this.closed = new Promise((resolve, reject) => {
      const timer = clock.setTimeout(() => reject(new Error(this.#overdue())), limitMs);
      this.#close = () => {
        clock.clearTimeout(timer);
        resolve();
      };
    });
    this.#over = this.closed.catch(() => {}); // its rejection is heard by whoever waits for it
  }

  start(client: Client, spec: RequestSpec): this {
    const prepared = client.prepareRequest(spec);
    this.#reader = client.processResponse(prepared, this);
    this.#cancel = client.sendRequest(prepared, this);
    return this;
  }

  cancel(): void {
    this.#cancel();
  }

  /** Waits until it is closed, and reads all of it. */
  async settled(): Promise<this> {
    await this.closed;
    while (this.readOne());
    return this;
  }

  /** Reads the next piece, or the end. @returns whether there is more */
  readOne(): boolean {
    const next = this.#pieces.shift();
    try {
      if (next !== undefined) this.failure ??= this.#reader?.read(next.piece, next.atMs);
      else if (this.failure === undefined) this.failure = this.#reader?.end();
    } catch (thrown) {
      this.failure ??= { kind: 'protocol', reason: 'unreadable', message: String(thrown) };
    }
    return next !== undefined;
  }

  /** All of its output. */
  get text(): string {
    return this.whole ?? this.outputs.map(({ text }) => text).join('');
  }

  /** Tokens of the answer by the best source that was said, as a run counts them; 0 of a whole one without a count. */
  get tokens(): number {
    const counted = this.counts.get('usage') ?? this.counts.get('tokenIds');
    return counted ?? this.outputs.reduce((sum, { tokens = 1 }) => sum + tokens, 0);
  }

  /** Resolves at the first mark of a kind, at the latest when it is closed or overdue. */
  async whenMarked(mark: Mark): Promise<void> {
    if (!this.marks.includes(mark)) await this.#next(mark);
  }

  /** Reads what comes until some of it is output, at the latest until it is closed or overdue. */
  async whenOutput(): Promise<void> {
    let isOver = false;
    void this.#over.then(() => {
      isOver = true;
    });
    while (this.outputs.length === 0 && !isOver) {
      if (this.#pieces.length > 0) this.readOne();
      else await this.#next('received');
    }
  }

  #next(mark: Mark): Promise<void> {
    const marked = new Promise<void>((resolve) => this.#waiting.push({ mark, resolve }));
    return Promise.race([marked, this.#over]);
  }

  sent(): void {
    this.#mark('sent');
  }

  headers(): void {
    this.#mark('headers');
  }

  received(piece: unknown): void {
    const atMs = this.#settings.clock.nowMs();
    this.pieceAtMs.push(atMs);
    this.#pieces.push({ piece, atMs });
    this.#mark('received');
  }

  ended(): void {
    this.#mark('ended');
    this.#close();
  }

  failed(failure: Failure): void {
    if (!this.marks.includes('ended')) this.failure ??= failure;
    this.#mark('failed');
    this.#close();
  }

  event(): void {}

  output(atMs: number, text: string, tokens?: number): void {
    this.outputs.push(tokens === undefined ? { atMs, text } : { atMs, text, tokens });
  }

  wholeText(text: string): void {
    this.whole = text;
  }

  counted(outputTokens: number, source: TokenSource): void {
    this.counts.set(source, outputTokens);
  }

  finished(reason: string): void {
    this.finishReason = reason;
  }

  #mark(mark: Mark): void {
    this.marks.push(mark);
    for (const waiting of this.#waiting) if (waiting.mark === mark) waiting.resolve();
  }

  #overdue(): string {
    const said = this.marks.length === 0 ? 'nothing was marked' : `marked: ${this.marks.join(', ')}`;
    return `neither ended nor failed within ${this.#settings.limitMs} ms (${said})`;
  }
}
