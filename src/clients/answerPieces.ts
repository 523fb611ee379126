import type { Failure } from './client.ts';
import { SseReader } from './sseReader.ts';

const openingBrace = 0x7b;
/** No stream of events and no JSON begins so. */
const openingAngle = 0x3c;
const htmlWords = 'the server answered with an HTML page, such as a proxy sends';

/**
 * Takes the pieces of an answer, and tells a stream of events from one JSON body. The answer itself says which it is, by
 * its first byte, since some servers ignore that a stream was asked for.
 */
export class AnswerPieces {
  readonly #onEvent: (data: string) => void;
  #events: SseReader | undefined;
  #body: Uint8Array[] | undefined;

  /** @param onEvent called with the data of each event, within `push` or `end` */
  constructor(onEvent: (data: string) => void) {
    this.#onEvent = onEvent;
  }

  /** Whether nothing but white space has come. */
  get isEmpty(): boolean {
    return this.#events === undefined && this.#body === undefined;
  }

  /** @returns a failure where it is neither of the two */
  push(piece: Uint8Array): Failure | undefined {
    if (this.isEmpty) {
      const first = firstVisible(piece);
      if (first === undefined) return undefined;
      if (first === openingAngle) return { kind: 'protocol', reason: 'notJson', message: htmlWords };
      if (first === openingBrace) this.#body = [];
      else this.#events = new SseReader(this.#onEvent);
    }
    if (this.#body !== undefined) this.#body.push(piece);
    else this.#events?.push(piece);
    return undefined;
  }

  /** What it is that a stream ended too early. @param message what it should have ended with */
  cutShort(message: string): Failure {
    return { kind: 'stream', reason: this.isEmpty ? 'emptyBody' : 'truncated', message };
  }

  /** No more will come. @returns the body, where it was one */
  end(): string | undefined {
    this.#events?.end();
    return this.#body === undefined ? undefined : joined(this.#body).toString('utf8');
  }
}

function firstVisible(piece: Uint8Array): number | undefined {
  const [first = 0] = piece;
  return first > 0x20 ? first : piece.find((byte) => byte > 0x20);
}

/** One piece, as most bodies come in, needs no copy. */
function joined(pieces: readonly Uint8Array[]): Buffer {
  const [first] = pieces;
  return pieces.length === 1 && Buffer.isBuffer(first) ? first : Buffer.concat(pieces);
}
