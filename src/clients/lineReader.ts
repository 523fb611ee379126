const lineFeed = 0x0a;
const noBytes = Buffer.alloc(0);

/** Reads lines that end with LF from bytes cut anywhere, inside a character too. A CR before the LF is taken off. */
export class LineReader {
  readonly #onLine: (line: string) => void;
  #tail: Buffer = noBytes;

  /** @param onLine called with each whole line, without its end */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(piece: Uint8Array): void {
    const bytes = this.#tail.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#tail, piece]);
    let start = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      this.#onLine(bytes.toString('utf8', start, end).replace(/\r$/, ''));
      start = end + 1;
    }
    this.#tail = bytes.subarray(start);
  }

  /** @returns what came after the last line's end: not empty where the last line is cut off */
  end(): string {
    const rest = this.#tail.toString('utf8');
    this.#tail = noBytes;
    return rest;
  }
}
