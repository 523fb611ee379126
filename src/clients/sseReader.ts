const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const noBytes = Buffer.alloc(0);

/**
 * Reads server-sent events from bytes cut anywhere: inside an event, a line end, or a character.
 * Line ends may be LF, CRLF or CR; several `data:` lines are joined by LF; comments and other fields are passed over.
 * Follows the event stream format of the HTML standard, section 9.2.6.
 */
export class SseReader {
  readonly #onData: (data: string) => void;
  #tail: Buffer = noBytes;
  #data: string | undefined;
  #carriageReturnLast = false;
  #started = false;

  /** @param onData called with the data of each event. */
  constructor(onData: (data: string) => void) {
    this.#onData = onData;
  }

  push(piece: Uint8Array): void {
    const bytes = this.#tail.length === 0 ? asBuffer(piece) : Buffer.concat([this.#tail, piece]);
    const end = lineEnd(bytes);
    this.#tail = end === bytes.length ? noBytes : bytes.subarray(end);
    if (end > 0) this.#readLines(bytes.toString('utf8', 0, end));
  }

  /** @returns whether an event was left unfinished; its data was delivered all the same. */
  end(): boolean {
    if (this.#tail.length > 0) this.#readLine(this.#tail.toString('utf8'));
    this.#tail = noBytes;
    const unfinished = this.#data !== undefined;
    this.#dispatch();
    return unfinished;
  }

  #readLines(text: string): void {
    // A CR ends its line at once; an LF that begins the next piece belongs to it and is no line of its own.
    let start = this.#carriageReturnLast && text.startsWith('\n') ? 1 : 0;
    const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
    this.#carriageReturnLast = text.endsWith('\r');
    for (let at = lines.indexOf('\n', start); at >= 0; at = lines.indexOf('\n', start)) {
      this.#readLine(lines.slice(start, at));
      start = at + 1;
    }
  }

  #readLine(line: string): void {
    const text = this.#started ? line : line.replace(/^\uFEFF/, '');
    this.#started = true;
    if (text.length === 0) this.#dispatch();
    else if (text.startsWith('data:')) this.#addData(text.slice(text.startsWith('data: ') ? 6 : 5));
    else if (text === 'data') this.#addData('');
  }

  #addData(data: string): void {
    this.#data = this.#data === undefined ? data : `${this.#data}\n${data}`;
  }

  #dispatch(): void {
    const data = this.#data;
    this.#data = undefined;
    if (data !== undefined) this.#onData(data);
  }
}

function asBuffer(piece: Uint8Array): Buffer {
  return Buffer.isBuffer(piece) ? piece : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
}

/** The end of the last whole line. */
function lineEnd(bytes: Buffer): number {
  // Nearly every piece ends with a whole event, which spares the search.
  if (bytes[bytes.length - 1] === lineFeed) return bytes.length;
  return Math.max(bytes.lastIndexOf(lineFeed), bytes.lastIndexOf(carriageReturn)) + 1;
}
