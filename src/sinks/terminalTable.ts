import type { LevelSummary } from '../metrics/levelSummary.ts';
import { saturation } from '../metrics/saturation.ts';
import {
  createLevelTable,
  type LevelTable,
  renderLevelRow,
  renderLevelTable,
  renderTableHeader,
} from '../reports/levelTable.ts';
import { renderSweepAnswer, renderSweepTitle } from '../reports/summaryText.ts';
import { inShownOrder } from '../reports/sweepLevels.ts';
import { sweepTitles, type TitledSweep } from '../reports/sweepTitles.ts';
import type { TextStyle } from '../reports/textStyle.ts';
import type { TerminalScreen } from './terminalScreen.ts';

/** What ended a sweep before its last level. */
export interface SweepEnd {
  readonly stopReason: string | undefined;
  readonly isInterrupted: boolean;
}

/** The table of one sweep while it grows, and how many lines of the screen it has taken since it began. */
export class TerminalTable {
  readonly sweep: number;
  readonly #style: TextStyle;
  readonly #table: LevelTable;
  readonly #title: readonly string[];
  readonly #titled: TitledSweep | undefined;
  readonly #levels: LevelSummary[] = [];
  /** Lines that others printed since the table began. */
  readonly #between: string[] = [];
  #lines = 0;

  /** @param first the sweep's first level that ended */
  constructor(first: LevelSummary, sweeps: readonly TitledSweep[], style: TextStyle) {
    this.sweep = first.sweep;
    this.#style = style;
    this.#table = createLevelTable([first], style);
    this.#titled = sweeps[first.sweep];
    const title = sweepTitles(sweeps)[first.sweep] ?? '';
    this.#title = title === '' ? [] : [renderSweepTitle(title, style)];
  }

  head(): readonly string[] {
    return this.#counted(['', ...this.#title, ...renderTableHeader(this.#table)]);
  }

  add(level: LevelSummary): readonly string[] {
    this.#levels.push(level);
    return this.#counted(renderLevelRow(level, this.#table));
  }

  interrupt(lines: readonly string[]): void {
    this.#between.push(...this.#counted(lines));
  }

  /**
   * What to write so that the whole table stands there, the row that matters marked, with its curve and its answer: over
   * itself where all of it is still on the screen, as wide as it was, else below.
   */
  settle({ isLive, rows }: TerminalScreen, style: TextStyle, { stopReason, isInterrupted }: SweepEnd): string {
    const levels = inShownOrder(this.#levels, this.#titled);
    const isInSight = isLive && this.#lines < rows && style.columns === this.#style.columns;
    const found = saturation(levels);
    const isCutShort = isInterrupted || stopReason !== undefined;
    const lines = [
      ...(isInSight ? this.#between : []),
      '',
      ...this.#title,
      ...renderLevelTable(levels, found, style, stopReason),
      '',
      ...renderSweepAnswer({ saturation: found, levels, isCutShort }, style),
    ];
    return (isInSight ? `\r\u001b[${this.#lines}A\u001b[J` : '') + lines.map((line) => `${line}\n`).join('');
  }

  #counted(lines: readonly string[]): readonly string[] {
    this.#lines += lines.length;
    return lines;
  }
}
