import { renderGrid } from './textGrid.ts';
import type { TextStyle } from './textStyle.ts';

/** A table of text cells, whatever it is drawn as. */
export interface CellTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The table for a terminal. */
export function renderCellTable({ title, head, rows }: CellTable, style: TextStyle): readonly string[] {
  return [`  ${title}:`, ...renderGrid([head, ...rows]).map((line) => line.slice(0, style.columns - 1))];
}
