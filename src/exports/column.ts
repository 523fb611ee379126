/** What a cell can hold. What was not measured is `undefined`: an empty field, a null, a key that is not there. */
export type Cell = string | number | boolean | object | undefined;

/** `json` is a value of some depth; where a format has none it is the value's JSON text. */
export type ColumnType = 'integer' | 'number' | 'text' | 'boolean' | 'json';

/** A column as writers and the reference page see it. */
export interface ColumnHead {
  readonly name: string;
  readonly type: ColumnType;
  readonly unit?: string;
  /** In words, as the reference page prints it. */
  readonly meaning: string;
}

/** A column with how its cells are read off a row. */
export interface Column<Row> extends ColumnHead {
  readonly cell: (row: Row) => Cell;
}

/** A list of rows, read one by one. */
export interface Rows {
  readonly columns: readonly ColumnHead[];
  /** Cells in the order of the columns. */
  readonly rows: Iterable<readonly Cell[]>;
}

/** Reads the cells of each row as it comes. */
export function toRows<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>): Rows {
  return { columns, rows: cellsOf(columns, rows) };
}

function* cellsOf<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>): Iterable<readonly Cell[]> {
  const readers = columns.map(({ cell }) => cell);
  for (const row of rows) yield readers.map((read) => read(row));
}

/** A value as JSON text; arrays of numbers stay arrays, whatever they are kept in. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    ArrayBuffer.isView(part) ? Array.from(part as unknown as Iterable<number>) : part,
  );
}
