import { readTextChunks } from '../fileLines.ts';
import { jsonRows, wrongLine } from '../tableRows.ts';
import type { DatasetFormat } from './datasetFormat.ts';
import { jsonElements } from './jsonElements.ts';

/** One array of JSON objects, as ShareGPT's conversations are published. */
export const jsonDataset: DatasetFormat = {
  endings: ['.json'],
  rows: (path, option) => {
    const refuse = (line: number, what: string) => wrongLine(option, path, line, what);
    return jsonRows(jsonElements(readTextChunks(path, option), refuse), path, option);
  },
};
