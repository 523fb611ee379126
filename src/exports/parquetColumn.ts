import { gzipSync } from 'node:zlib';
import type { ColumnHead, ColumnType } from './column.ts';
import { indexRun, presenceRun } from './parquetRuns.ts';
import { dictionaryOf, type ParquetValue, plainBytes } from './parquetValues.ts';
import { type ThriftStruct, thriftBytes } from './thriftWriter.ts';

/** As Parquet numbers them: BOOLEAN, INT64, DOUBLE, BYTE_ARRAY. */
export const physicalTypes: Readonly<Record<ColumnType, number>> = {
  boolean: 0,
  integer: 2,
  number: 5,
  text: 6,
  json: 6,
};
const encodings = { plain: 0, rle: 3, dictionary: 8 } as const;
const codecs = { none: 0, gzip: 2 } as const;
const dictionaryPage = 2;
const dataPageV2 = 3;

/** A column of one row group. */
export interface ColumnChunk {
  readonly bytes: Uint8Array;
  /** Of its pages before they were compressed. */
  readonly plainSize: number;
  /** What the file's footer says of it. @param fileOffset where its bytes lie in the file */
  readonly metadata: (fileOffset: number) => ThriftStruct;
}

/** The pages of a column's cells, one for each row; `json` cells are texts by now. */
export function columnChunk(
  { name, type, unit }: ColumnHead,
  cells: readonly (ParquetValue | undefined)[],
): ColumnChunk {
  const present = cells.filter((cell) => cell !== undefined);
  // Stamps hardly ever repeat, and are hardly smaller when compressed.
  const isStamp = type === 'number' && unit === 'ms';
  const codec = isStamp || present.length === 0 ? codecs.none : codecs.gzip;
  const dictionary = isStamp || type === 'boolean' ? undefined : dictionaryOf(present);
  const pages = new Pages(codec === codecs.gzip);
  if (dictionary !== undefined) {
    const { values } = dictionary;
    const about = { fields: { 1: { i32: values.length }, 2: { i32: encodings.plain } } };
    pages.add(dictionaryPage, { 7: about }, plainBytes(type, values));
  }
  const dataOffset = pages.size;
  const absent = cells.length - present.length;
  const levels = presenceRun(cells, absent);
  const values =
    dictionary === undefined ? plainBytes(type, present) : indexRun(dictionary.indices, dictionary.values.length);
  const rows = { i32: cells.length };
  const encoding = { i32: dictionary === undefined ? encodings.plain : encodings.dictionary };
  const lengths = { 5: { i32: levels.length }, 6: { i32: 0 } };
  const about = { fields: { 1: rows, 2: { i32: absent }, 3: rows, 4: encoding, ...lengths } };
  pages.add(dataPageV2, { 8: about }, values, levels);

  const used = [encodings.plain, encodings.rle, ...(dictionary === undefined ? [] : [encodings.dictionary])];
  const { size, plainSize } = pages;
  return {
    bytes: pages.bytes(),
    plainSize,
    metadata: (fileOffset) => {
      const fields = {
        1: { i32: physicalTypes[type] },
        2: { i32s: used },
        3: { texts: [name] },
        4: { i32: codec },
        5: { i64: cells.length },
        6: { i64: plainSize },
        7: { i64: size },
        9: { i64: fileOffset + dataOffset },
        11: dictionary === undefined ? undefined : { i64: fileOffset },
      };
      return { fields: { 2: { i64: fileOffset }, 3: { fields } } };
    },
  };
}

/** Pages behind each other, each with its header. */
class Pages {
  readonly #isPacked: boolean;
  readonly #pieces: Uint8Array[] = [];
  size = 0;
  plainSize = 0;

  constructor(isPacked: boolean) {
    this.#isPacked = isPacked;
  }

  /** @param levels stand before the values, never compressed */
  add(kind: number, about: ThriftStruct['fields'], values: Uint8Array, levels: Uint8Array = new Uint8Array()): void {
    const packed = this.#isPacked ? gzipSync(values, { level: 1 }) : values;
    const sizes = { 2: { i32: levels.length + values.length }, 3: { i32: levels.length + packed.length } };
    const header = thriftBytes({ fields: { 1: { i32: kind }, ...sizes, ...about } });
    this.#pieces.push(header, levels, packed);
    this.size += header.length + levels.length + packed.length;
    this.plainSize += header.length + levels.length + values.length;
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#pieces);
  }
}
