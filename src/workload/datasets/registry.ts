import { extname } from 'node:path';
import { SpeedometerError } from '../../core/errors.ts';
import { csvDataset } from './csvDataset.ts';
import type { DatasetFormat } from './datasetFormat.ts';
import { jsonDataset } from './jsonDataset.ts';
import { jsonLinesDataset } from './jsonLinesDataset.ts';
import { parquetDataset } from './parquetDataset.ts';
import { textDataset } from './textDataset.ts';

/** All formats, by what `--dataset_format` calls them. A new one is a file and a line here. */
const formats = {
  jsonl: jsonLinesDataset,
  json: jsonDataset,
  csv: csvDataset,
  parquet: parquetDataset,
  text: textDataset,
} as const satisfies Readonly<Record<string, DatasetFormat>>;

export type DatasetFormatName = keyof typeof formats;

export const datasetFormatNames = Object.keys(formats) as [DatasetFormatName, ...DatasetFormatName[]];

/** The format of a file: the one that is named, else by how its name ends. @throws SpeedometerError `usage` where that tells none */
export function datasetFormat(path: string, named: DatasetFormatName | 'auto'): DatasetFormat {
  if (named !== 'auto') return formats[named];
  const ending = extname(path).toLowerCase();
  const all: readonly DatasetFormat[] = Object.values(formats);
  const found = all.find(({ endings }) => endings.includes(ending));
  if (found !== undefined) return found;
  const known = all.flatMap(({ endings }) => endings).join(', ');
  throw new SpeedometerError(
    'usage',
    `dataset: ${path}: its name tells no format, expected one that ends in ${known}`,
    {
      hint: `Say what it is: --dataset_format ${datasetFormatNames.join('|')}.`,
    },
  );
}
