import { readLines } from '../fileLines.ts';
import { csvRows } from '../tableRows.ts';
import type { DatasetFormat } from './datasetFormat.ts';

/** Columns with names in the first line. */
export const csvDataset: DatasetFormat = {
  endings: ['.csv'],
  rows: (path, option) => csvRows(readLines(path, option), path, option),
};
