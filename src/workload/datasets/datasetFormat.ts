import type { TableRow } from '../tableRows.ts';

/** A kind of file with prompts in it. */
export interface DatasetFormat {
  /** How names of such files end, in small letters. */
  readonly endings: readonly string[];
  /**
   * Its rows one after the other, so that a file need not fit into memory.
   * @throws SpeedometerError `usage` where it cannot be read, also while rows are taken
   */
  readonly rows: (path: string, option: string) => Iterable<TableRow> | AsyncIterable<TableRow>;
}
