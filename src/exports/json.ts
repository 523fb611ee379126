import { type Cell, type ColumnHead, jsonText, type Rows } from './column.ts';

/** A JSON object a line; absent cells are absent keys. */
export function* toNdjson({ columns, rows }: Rows): Iterable<string> {
  for (const cells of rows) yield `${objectText(columns, cells)}\n`;
}

/** One JSON array of such objects. */
export function* toJson({ columns, rows }: Rows): Iterable<string> {
  let before = '[\n';
  for (const cells of rows) {
    yield before + objectText(columns, cells);
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

function objectText(columns: readonly ColumnHead[], cells: readonly Cell[]): string {
  return jsonText(Object.fromEntries(columns.map(({ name }, index) => [name, cells[index]])));
}
