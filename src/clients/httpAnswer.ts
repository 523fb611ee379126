import {
  type AnswerHead,
  type HeadFields,
  HttpSyntaxError,
  headEnd,
  LastHead,
  readHead,
  refuseOther,
} from './httpHead.ts';

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const longestSizeLine = 1024;

/** Who is told of an answer as it is read. */
export interface HttpAnswerSink {
  /** The final head has come. @param head its lines, with CRLF between them */
  onHead(status: number, head: string): void;
  /** A part of the body, as long as the network delivered it in one piece. */
  onBody(piece: Buffer): void;
}

/** What is read next; of a chunked body the size of a chunk, its bytes, the line end behind them, or the trailer. */
type Part = 'head' | 'length' | 'untilClose' | 'size' | 'chunk' | 'chunkEnd' | 'trailer' | 'whole';

/**
 * Reads the answers of one HTTP/1.x connection, one after the other, from bytes cut anywhere. Interim heads (1xx) are
 * passed over, trailers dropped. Follows RFC 9112, sections 2 to 7, without what is only deprecated.
 */
export class HttpAnswerReader {
  /** Bytes of the answer have come. */
  hasBegun = false;
  /** The server keeps the connection after this answer, by what it says. */
  keepsAlive = false;
  /** So long it keeps it idle, in ms, where it says so. */
  keepAliveMs: number | undefined;
  #sink: HttpAnswerSink | undefined;
  #part: Part = 'head';
  #tail: Buffer | undefined;
  /** Bytes that are still to come of the body, or of the chunk. */
  #left = 0;
  #sizeLine = '';
  #trailerLine = 0;
  readonly #last = new LastHead();

  /** The next bytes are those of an answer to a request that was just sent. */
  begin(sink: HttpAnswerSink): void {
    this.#sink = sink;
    this.#part = 'head';
    this.#tail = undefined;
    this.#sizeLine = '';
    this.#trailerLine = 0;
    this.hasBegun = false;
    this.keepsAlive = false;
    this.keepAliveMs = undefined;
  }

  get isWhole(): boolean {
    return this.#part === 'whole';
  }

  /** The end of the connection is the end of the answer. */
  get endsWithConnection(): boolean {
    return this.#part === 'untilClose';
  }

  /**
   * Reads on.
   * @returns how many bytes belong to the answer; fewer than there are only where it is whole
   * @throws HttpSyntaxError where they cannot be HTTP/1.x
   */
  push(bytes: Buffer): number {
    this.hasBegun = true;
    let at = 0;
    if (this.#part === 'head') {
      const kept = this.#tail?.length ?? 0;
      const all = this.#tail === undefined ? bytes : Buffer.concat([this.#tail, bytes]);
      const end = this.#readHeads(all);
      if (end === undefined) return bytes.length;
      at = end - kept;
    }
    while (at < bytes.length && !this.isWhole) at = this.#readBody(bytes, at);
    return at;
  }

  /** @returns where the body begins; undefined where the head is not whole yet */
  #readHeads(bytes: Buffer): number | undefined {
    const same = this.#last.beginning(bytes);
    if (same !== undefined) return this.#take(same, this.#last.length);
    for (let from = 0; ; ) {
      const end = bytes.indexOf(headEnd, from);
      refuseOther(bytes, from, end);
      if (end === -1) {
        this.#tail = bytes.subarray(from);
        return undefined;
      }
      const head = readHead(bytes.toString('latin1', from, end));
      const next = end + headEnd.length;
      if (head !== undefined) {
        this.#last.keep(head, bytes, from, next);
        return this.#take(head, next);
      }
      from = next;
    }
  }

  /** @returns where the body begins */
  #take({ status, text, fields }: AnswerHead, end: number): number {
    this.#tail = undefined;
    this.keepsAlive = fields.keepsAlive;
    this.keepAliveMs = fields.keepAliveMs;
    this.#sink?.onHead(status, text);
    this.#expectBody(status, fields);
    return end;
  }

  #expectBody(status: number, { isChunked, isEncoded, length }: HeadFields): void {
    if (status === 204 || status === 304) this.#part = 'whole';
    else if (isChunked) this.#part = 'size';
    else if (isEncoded || length === undefined) {
      this.#part = 'untilClose';
      this.keepsAlive = false;
    } else {
      this.#left = length;
      this.#part = length === 0 ? 'whole' : 'length';
    }
  }

  #readBody(bytes: Buffer, at: number): number {
    switch (this.#part) {
      case 'size':
        return this.#readSize(bytes, at);
      case 'chunkEnd':
        return this.#readChunkEnd(bytes, at);
      case 'trailer':
        return this.#readTrailer(bytes, at);
      case 'untilClose':
        this.#sink?.onBody(at === 0 ? bytes : bytes.subarray(at));
        return bytes.length;
      default:
        return this.#readCounted(bytes, at);
    }
  }

  #readCounted(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    if (this.#left === 0) this.#part = this.#part === 'length' ? 'whole' : 'chunkEnd';
    this.#sink?.onBody(bytes.subarray(at, end));
    return end;
  }

  #readSize(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(lineFeed, at);
    this.#sizeLine += bytes.toString('latin1', at, end === -1 ? bytes.length : end);
    if (this.#sizeLine.length > longestSizeLine) throw new HttpSyntaxError('the size of a chunk has no end');
    if (end === -1) return bytes.length;
    this.#left = chunkSize(this.#sizeLine);
    this.#sizeLine = '';
    this.#part = this.#left === 0 ? 'trailer' : 'chunk';
    return end + 1;
  }

  #readChunkEnd(bytes: Buffer, at: number): number {
    const byte = bytes[at];
    if (byte === lineFeed) this.#part = 'size';
    else if (byte !== carriageReturn) throw new HttpSyntaxError('a chunk is longer than its size');
    return at + 1;
  }

  /** Up to the first line that is empty. */
  #readTrailer(bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length) {
      const byte = bytes[at++];
      if (byte === lineFeed) {
        if (this.#trailerLine === 0) {
          this.#part = 'whole';
          break;
        }
        this.#trailerLine = 0;
      } else if (byte !== carriageReturn) this.#trailerLine++;
    }
    return at;
  }
}

function chunkSize(line: string): number {
  const digits = /^([\da-f]{1,12})[ \t]*(;.*)?\r?$/i.exec(line)?.[1];
  if (digits === undefined) throw new HttpSyntaxError(`"${line.slice(0, 40).trim()}" is no size of a chunk`);
  return Number.parseInt(digits, 16);
}
