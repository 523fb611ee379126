import type { Clock } from '../core/clock.ts';
import { shown, type TextStyle } from '../reports/textStyle.ts';
import type { TerminalScreen } from './terminalScreen.ts';

const liveEveryMs = 250;
const plainEveryMs = 10_000;

/**
 * One line on how something goes, whose words take each other's place: at most four times a second. Where lines cannot
 * be taken back it is a plain line, once in ten seconds. It keeps no timer.
 */
export class LiveLine {
  readonly #screen: Pick<TerminalScreen, 'isLive' | 'columns' | 'write'>;
  readonly #clock: Pick<Clock, 'nowMs'>;
  #drawnAtMs: number;
  #isDrawn = false;

  constructor(screen: Pick<TerminalScreen, 'isLive' | 'columns' | 'write'>, clock: Pick<Clock, 'nowMs'>) {
    this.#screen = screen;
    this.#clock = clock;
    this.#drawnAtMs = screen.isLive ? Number.NEGATIVE_INFINITY : clock.nowMs();
  }

  /** @param line asked for only when it is time; `undefined` leaves what is there */
  draw(line: () => string | undefined): void {
    const nowMs = this.#clock.nowMs();
    const { isLive } = this.#screen;
    if (nowMs - this.#drawnAtMs < (isLive ? liveEveryMs : plainEveryMs)) return;
    const text = line();
    if (text === undefined) return;
    this.#drawnAtMs = nowMs;
    this.#screen.write(isLive ? `\r${text}\u001b[K` : `${text}\n`);
    this.#isDrawn = isLive;
  }

  /** Draws words for a person, as far as there is room. */
  tell(words: string, style: Pick<TextStyle, 'unicode'>): void {
    const { columns } = this.#screen;
    this.draw(() => `  ${shown(words, style)}`.slice(0, Math.max(0, columns - 1)));
  }

  /** Takes the line away, so that others may write. Safe at any time. */
  clear(): void {
    if (this.#isDrawn) this.#screen.write('\r\u001b[K');
    this.#isDrawn = false;
  }
}
