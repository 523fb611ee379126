import type { Rows } from './column.ts';

/** Turns rows into the pieces of a file, one by one. */
export type Format = (rows: Rows) => Iterable<string | Uint8Array>;

/** The formats by their names in `--format`, loaded when they are used. */
export const formats = {
  csv: async () => (await import('./csv.ts')).toCsv,
  json: async () => (await import('./json.ts')).toJson,
  jsonl: async () => (await import('./json.ts')).toJsonLines,
  parquet: async () => (await import('./parquet.ts')).toParquet,
} satisfies Record<string, () => Promise<Format>>;
