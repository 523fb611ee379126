import { paint, type TextStyle, type Tone } from './textStyle.ts';

// Bits of the eight dots of a braille character, row by row.
const brailleBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** A drawing in characters: lines of dots (braille, or one dot a character in ASCII) with text over them. */
export class DotCanvas {
  readonly width: number;
  readonly height: number;
  readonly #style: TextStyle;
  readonly #dotsX: number;
  readonly #dotsY: number;
  readonly #bits: Uint8Array;
  readonly #characters: (string | undefined)[];
  readonly #tones: Tone[];

  /** @param width characters @param height lines */
  constructor(width: number, height: number, style: TextStyle) {
    this.width = width;
    this.height = height;
    this.#style = style;
    this.#dotsX = style.unicode ? 2 : 1;
    this.#dotsY = style.unicode ? 4 : 1;
    this.#bits = new Uint8Array(width * height);
    this.#characters = new Array<string | undefined>(width * height);
    this.#tones = new Array<Tone>(width * height).fill('curve');
  }

  /** A line between the middles of two cells. */
  line(fromX: number, fromY: number, toX: number, toY: number): void {
    const middle = (cell: number, dots: number): number => cell * dots + (dots - 1) / 2;
    const [x0, y0] = [middle(fromX, this.#dotsX), middle(fromY, this.#dotsY)];
    const [x1, y1] = [middle(toX, this.#dotsX), middle(toY, this.#dotsY)];
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))));
    for (let step = 0; step <= steps; step++) {
      this.#dot(Math.round(x0 + ((x1 - x0) * step) / steps), Math.round(y0 + ((y1 - y0) * step) / steps));
    }
  }

  /** Whether nothing was drawn or written in a cell. */
  isBlank(x: number, y: number): boolean {
    const cell = y * this.width + x;
    return this.#bits[cell] === 0 && this.#characters[cell] === undefined;
  }

  isWritten(x: number, y: number): boolean {
    return this.#characters[y * this.width + x] !== undefined;
  }

  /** Writes over what is there. */
  write(x: number, y: number, text: string, tone: Tone): void {
    for (const [index, character] of [...text].entries()) {
      this.#characters[y * this.width + x + index] = character;
      this.#tones[y * this.width + x + index] = tone;
    }
  }

  lines(): readonly string[] {
    return Array.from({ length: this.height }, (_, y) => this.#lineAt(y));
  }

  #lineAt(y: number): string {
    let end = this.width;
    while (end > 0 && this.isBlank(end - 1, y)) end--;
    let line = '';
    let run = '';
    let tone: Tone = 'plain';
    for (let x = 0; x < end; x++) {
      const own: Tone = this.isBlank(x, y) ? tone : (this.#tones[y * this.width + x] ?? 'plain');
      if (own !== tone) {
        line += paint(run, tone, this.#style);
        run = '';
        tone = own;
      }
      run += this.#characterAt(y * this.width + x);
    }
    return line + paint(run, tone, this.#style);
  }

  #characterAt(cell: number): string {
    const bits = this.#bits[cell] ?? 0;
    const dots = this.#style.unicode ? String.fromCharCode(0x2800 + bits) : '.';
    return this.#characters[cell] ?? (bits === 0 ? ' ' : dots);
  }

  #dot(x: number, y: number): void {
    const cell = Math.floor(y / this.#dotsY) * this.width + Math.floor(x / this.#dotsX);
    const bit = brailleBits[y % this.#dotsY]?.[x % this.#dotsX] ?? 1;
    this.#bits[cell] = (this.#bits[cell] ?? 0) | bit;
  }
}
