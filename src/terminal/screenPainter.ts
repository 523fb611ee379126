/** A terminal as the painter needs it; `process.stdout` is one. */
export interface PaintedScreen {
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
}

// The second screen, so that what was there comes back; lines that are too long are cut, not wrapped; no cursor.
const enter = '\u001b[?1049h\u001b[?7l\u001b[?25l';
const leave = '\u001b[?25h\u001b[?7h\u001b[?1049l';
// Terminals that know it show all that lies between at once; the others take no notice.
const [beginFrame, endFrame] = ['\u001b[?2026h', '\u001b[?2026l'];

/** Draws frames on the second screen of a terminal, writing only the lines that changed, so that nothing flickers. */
export class ScreenPainter {
  readonly #screen: PaintedScreen;
  #drawn: readonly string[] = [];
  #size = '';
  #isOpen = false;

  constructor(screen: PaintedScreen) {
    this.#screen = screen;
  }

  open(): void {
    this.#isOpen = true;
    this.#screen.write(enter);
  }

  /** @param lines not more than the screen has rows, none wider than it */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    const { columns, rows } = this.#screen;
    const size = `${columns}x${rows}`;
    let changes = '';
    if (size !== this.#size) {
      // What a terminal makes of its lines when it is resized is its own affair.
      this.#drawn = [];
      changes = '\u001b[2J';
    }
    this.#size = size;
    for (const [row, line] of lines.entries()) {
      if (line !== this.#drawn[row]) changes += `\u001b[${row + 1};1H${line}\u001b[K`;
    }
    for (let row = lines.length; row < this.#drawn.length; row++) changes += `\u001b[${row + 1};1H\u001b[K`;
    this.#drawn = lines;
    if (changes !== '') this.#screen.write(beginFrame + changes + endFrame);
  }

  /** Gives the terminal back as it was. Safe at any time, and more than once. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#screen.write(leave);
  }
}
