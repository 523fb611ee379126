import { type Cell, type ColumnHead, jsonText, type Rows } from './column.ts';

/** A JSON object a line; absent cells are absent keys. */
export function* toJsonLines({ columns, rows }: Rows): Iterable<string> {
  const toText = objectWriter(columns);
  for (const cells of rows) yield `${toText(cells)}\n`;
}

/** One JSON array of such objects. */
export function* toJson({ columns, rows }: Rows): Iterable<string> {
  const toText = objectWriter(columns);
  let before = '[\n';
  for (const cells of rows) {
    yield before + toText(cells);
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

/** Fills one object again and again: its shape stays known, and its text is made at once. */
function objectWriter(columns: readonly ColumnHead[]): (cells: readonly Cell[]) => string {
  const names = columns.map(({ name }) => name);
  const object: Record<string, Cell> = Object.fromEntries(names.map((name) => [name, undefined]));
  return (cells) => {
    let isFlat = true;
    for (let index = 0; index < names.length; index++) {
      const cell = cells[index];
      if (typeof cell === 'object') isFlat = false;
      object[names[index] as string] = cell;
    }
    return isFlat ? JSON.stringify(object) : jsonText(object);
  };
}
