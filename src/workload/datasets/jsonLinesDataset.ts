import { readLines } from '../fileLines.ts';
import { jsonRows } from '../tableRows.ts';
import type { DatasetFormat } from './datasetFormat.ts';

/** A JSON object a line. */
export const jsonLinesDataset: DatasetFormat = {
  endings: ['.jsonl', '.ndjson'],
  rows: (path, option) => jsonRows(readLines(path, option), path, option),
};
