import { csvField } from '../core/csvField.ts';
import { type Cell, jsonText, type Rows } from './column.ts';

/** CSV by RFC 4180: lines end in CR LF, the first one names the columns, quotes where they are needed. */
export function* toCsv({ columns, rows }: Rows): Iterable<string> {
  yield line(columns.map(({ name }) => name));
  for (const cells of rows) yield line(cells);
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(field).join(',')}\r\n`;
}

function field(cell: Cell): string {
  return csvField(typeof cell === 'object' ? jsonText(cell) : cell);
}
