import type { TerminalScreen } from '../../src/sinks/terminalScreen.ts';

/** A terminal of which only the lines are real: it obeys line feed, carriage return, cursor up and the two erasures. */
export class TerminalEmulator implements TerminalScreen {
  columns: number;
  rows: number;
  readonly isLive: boolean;
  readonly showsErrors: boolean;
  readonly isTerminal: boolean;
  readonly writes: string[] = [];
  readonly #lines: string[] = [''];
  #row = 0;
  #column = 0;

  constructor({ columns = 80, rows = 50, isLive = true } = {}) {
    this.columns = columns;
    this.rows = rows;
    this.isLive = isLive;
    this.showsErrors = isLive;
    this.isTerminal = isLive;
  }

  get lines(): readonly string[] {
    return this.#lines.map((line) => line.trimEnd());
  }

  /** The line that the cursor is in. */
  get current(): string {
    return (this.#lines[this.#row] ?? '').trimEnd();
  }

  write(text: string): void {
    this.writes.push(text);
    for (const [piece] of text.matchAll(/\u001b\[\d*[A-Za-z]|[\s\S]/g)) this.#take(piece);
  }

  #take(piece: string): void {
    if (piece === '\n') this.#goTo(this.#row + 1);
    else if (piece === '\r') this.#column = 0;
    else if (piece.endsWith('A') && piece.length > 1) this.#row = Math.max(0, this.#row - Number(piece.slice(2, -1)));
    else if (piece === '\u001b[K') this.#put(this.#row, this.#at(this.#row).slice(0, this.#column));
    else if (piece === '\u001b[J') {
      this.#put(this.#row, this.#at(this.#row).slice(0, this.#column));
      this.#lines.length = this.#row + 1;
    } else if (piece.length > 1) throw new Error(`unknown sequence ${JSON.stringify(piece)}`);
    else {
      const line = this.#at(this.#row).padEnd(this.#column);
      this.#put(this.#row, line.slice(0, this.#column) + piece + line.slice(this.#column + 1));
      this.#column++;
      if (this.#column > this.columns) throw new Error(`wrote beyond the last column: ${line}`);
    }
  }

  #goTo(row: number): void {
    this.#row = row;
    this.#column = 0;
    this.#lines[row] ??= '';
  }

  #at(row: number): string {
    return this.#lines[row] ?? '';
  }

  #put(row: number, line: string): void {
    this.#lines[row] = line;
  }
}
