import type { Failure, Wire } from './client.ts';
import type { HttpAnswerSink } from './httpAnswer.ts';
import { headersOf, httpFailure } from './httpFailure.ts';

/** What a failure by status becomes by the headers of the answer, which are name, value, name, value, ... */
export type RefineFailure = (failure: Failure, headers: readonly string[]) => Failure;

const longestErrorBody = 4096;

/** One request on its way and its answer: marks the wire, and closes it once. */
export class HttpExchange implements HttpAnswerSink {
  /** What is written before the body. */
  readonly head: string;
  readonly body: string | Buffer;
  /** It was sent a second time, and will not be a third. */
  isResent = false;
  isOver = false;
  readonly #wire: Wire<Uint8Array>;
  readonly #refine: RefineFailure | undefined;
  #errorStatus = 0;
  #errorHeaders: readonly string[] = [];
  #errorBody = '';

  constructor(head: string, body: string | Buffer, wire: Wire<Uint8Array>, refine: RefineFailure | undefined) {
    this.head = head;
    this.body = body;
    this.#wire = wire;
    this.#refine = refine;
  }

  sent(): void {
    this.#wire.sent();
  }

  /** It is sent once more. @param failure what became of the first time */
  resent(failure: Failure): void {
    this.isResent = true;
    this.#wire.resent?.(failure);
  }

  onHead(status: number, head: string): void {
    this.#wire.headers();
    if (status < 300) return;
    this.#errorStatus = status;
    this.#errorHeaders = headersOf(head);
  }

  onBody(piece: Buffer): void {
    if (this.#errorStatus === 0) this.#wire.received(piece);
    else if (this.#errorBody.length < longestErrorBody) this.#errorBody += piece.toString('latin1'); // a character may lie in two pieces
  }

  ended(): void {
    if (this.#errorStatus > 0) this.failed(undefined);
    else if (!this.isOver) {
      this.isOver = true;
      this.#wire.ended();
    }
  }

  /** @param failure what broke it off; where the head told of an error before, that one counts */
  failed(failure: Failure | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#wire.failed(this.#statusFailure() ?? failure ?? { kind: 'stream', reason: 'reset' });
  }

  cancelled(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#wire.failed({ kind: 'aborted', reason: 'cancelled' });
  }

  #statusFailure(): Failure | undefined {
    if (this.#errorStatus === 0) return undefined;
    const failure = httpFailure(
      this.#errorStatus,
      this.#errorHeaders,
      Buffer.from(this.#errorBody, 'latin1').toString(),
    );
    return this.#refine === undefined ? failure : this.#refine(failure, this.#errorHeaders);
  }
}
