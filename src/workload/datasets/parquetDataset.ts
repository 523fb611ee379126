import * as zlib from 'node:zlib';
import { messageOf, SpeedometerError } from '../../core/errors.ts';
import type { TableRow } from '../tableRows.ts';
import type { DatasetFormat } from './datasetFormat.ts';

/** A Parquet file: read one group of its rows after the other. In place of a line there is the number of the row, from 1. */
export const parquetDataset: DatasetFormat = { endings: ['.parquet'], rows: parquetRows };

type Unpack = (packed: Uint8Array) => Uint8Array;

/** What Node can unpack beside Snappy, which the reader brings itself; Zstandard came with Node 22.15. */
const { gunzipSync, brotliDecompressSync, zstdDecompressSync } = zlib as typeof zlib & {
  readonly zstdDecompressSync?: Unpack;
};
const compressors: Readonly<Record<string, Unpack>> = {
  GZIP: (packed) => gunzipSync(packed),
  BROTLI: (packed) => brotliDecompressSync(packed),
  ...(zstdDecompressSync === undefined ? {} : { ZSTD: zstdDecompressSync }),
};

async function* parquetRows(path: string, option: string): AsyncGenerator<TableRow, void, undefined> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors });
      for (const [index, values] of rows.entries()) yield { line: rowStart + index + 1, values };
      rowStart = rowEnd;
    }
  } catch (error) {
    if (error instanceof SpeedometerError) throw error;
    throw new SpeedometerError('usage', `${option}: ${path} cannot be read as Parquet: ${messageOf(error)}`, {
      hint: 'Snappy, Gzip and Brotli are unpacked, Zstandard from Node 22.15 on; else convert it to JSON lines.',
      cause: error,
    });
  }
}
