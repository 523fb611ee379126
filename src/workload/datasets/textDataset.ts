import { readLines } from '../fileLines.ts';
import type { TableRow } from '../tableRows.ts';
import type { DatasetFormat } from './datasetFormat.ts';

/** Each line is a prompt; empty ones are none. */
export const textDataset: DatasetFormat = { endings: ['.txt'], rows: lineRows };

function* lineRows(path: string, option: string): Generator<TableRow, void, undefined> {
  for (const { number, text } of readLines(path, option)) {
    if (text.trim() !== '') yield { line: number, values: { prompt: text } };
  }
}
