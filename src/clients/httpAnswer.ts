const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const headEnd = Buffer.from('\r\n\r\n');
const bareHeadEnd = Buffer.from('\n\n');
const longestHead = 64 * 1024;
const longestSizeLine = 1024;

/** Who is told of an answer as it is read. */
export interface HttpAnswerSink {
  /** The final head has come. @param head its lines, with CRLF between them */
  onHead(status: number, head: string): void;
  /** A part of the body, as long as the network delivered it in one piece. */
  onBody(piece: Buffer): void;
}

/** An answer that is no HTTP/1.1; its message is the first words that came. */
export class HttpSyntaxError extends Error {}

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
    for (let from = 0; ; ) {
      const end = bytes.indexOf(headEnd, from);
      refuseOther(bytes, from, end);
      if (end === -1) {
        this.#tail = bytes.subarray(from);
        return undefined;
      }
      const isFinal = this.#readHead(bytes.toString('latin1', from, end));
      from = end + headEnd.length;
      if (isFinal) {
        this.#tail = undefined;
        return from;
      }
    }
  }

  /** @returns whether it is the final one */
  #readHead(head: string): boolean {
    const status = Number(head.slice(9, 12));
    if (!(status >= 100 && status <= 599) || status === 101) throw new HttpSyntaxError(firstLine(head));
    if (status < 200) return false;
    const fields = readFields(head);
    this.keepsAlive = fields.keepsAlive;
    this.keepAliveMs = fields.keepAliveMs;
    this.#sink?.onHead(status, head);
    this.#expectBody(status, fields);
    return true;
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

/** What a head says of the body and of the connection. */
interface HeadFields {
  isChunked: boolean;
  /** A transfer coding is named, chunked or other. */
  isEncoded: boolean;
  length?: number;
  keepsAlive: boolean;
  keepAliveMs?: number;
}

/** Looks at the four fields that matter, by the length of their names: a head is read for every answer. */
function readFields(head: string): HeadFields {
  const fields: HeadFields = { isChunked: false, isEncoded: false, keepsAlive: head.charAt(7) !== '0' };
  for (let at = head.indexOf('\r\n') + 2; at > 1; ) {
    const next = head.indexOf('\r\n', at);
    const colon = head.indexOf(':', at) - at;
    if (colon === 10 || colon === 14 || colon === 17) {
      const end = next === -1 ? head.length : next;
      readField(fields, head.slice(at, at + colon).toLowerCase(), head.slice(at + colon + 1, end).trim());
    }
    at = next + 2;
  }
  return fields;
}

function readField(fields: HeadFields, name: string, value: string): void {
  if (name === 'content-length') {
    const length = /^\d{1,15}$/.test(value) ? Number(value) : undefined;
    if (length === undefined || (fields.length ?? length) !== length) {
      throw new HttpSyntaxError(`content-length: ${value}`);
    }
    fields.length = length;
  } else if (name === 'transfer-encoding') {
    fields.isEncoded = true;
    fields.isChunked = /(^|,)\s*chunked$/i.test(value);
  } else if (name === 'connection') {
    if (/\bclose\b/i.test(value)) fields.keepsAlive = false;
    else if (/\bkeep-alive\b/i.test(value)) fields.keepsAlive = true;
  } else if (name === 'keep-alive') {
    const seconds = /\btimeout=(\d+)/i.exec(value)?.[1];
    if (seconds !== undefined) fields.keepAliveMs = Number(seconds) * 1000;
  }
}

function chunkSize(line: string): number {
  const digits = /^([\da-f]{1,12})[ \t]*(;.*)?\r?$/i.exec(line)?.[1];
  if (digits === undefined) throw new HttpSyntaxError(`"${line.slice(0, 40).trim()}" is no size of a chunk`);
  return Number.parseInt(digits, 16);
}

/** Tells at once what will never be a head, so that nobody waits for its end. */
function refuseOther(bytes: Buffer, from: number, end: number): void {
  const start = bytes.toString('latin1', from, from + 8);
  const isHttp = 'HTTP/1.1'.startsWith(start) || 'HTTP/1.0'.startsWith(start);
  const isEndless = end === -1 && (bytes.length - from > longestHead || bytes.indexOf(bareHeadEnd, from) !== -1);
  if (!isHttp || isEndless || (end !== -1 && end - from < 12)) {
    throw new HttpSyntaxError(firstLine(bytes.toString('latin1', from, from + 200)));
  }
}

function firstLine(head: string): string {
  const line = (head.split(/\r?\n/, 1)[0] ?? '').slice(0, 100);
  return `the answer does not begin as HTTP/1.1 does: ${JSON.stringify(line)}`;
}
