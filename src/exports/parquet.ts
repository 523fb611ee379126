import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { type Cell, type ColumnHead, type ColumnType, jsonText, type Rows } from './column.ts';

/** Rows of a row group: what is held in memory at once. */
const groupRows = 20_000;

const elements: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  boolean: { type: 'BOOLEAN' },
  json: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
};

/** Apache Parquet, compressed with Snappy; every column may be null, `json` ones hold text. */
export function* toParquet({ columns, rows }: Rows): Iterable<Uint8Array> {
  const writer = new ByteWriter();
  const schema: SchemaElement[] = [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...elements[type] })),
  ];
  const parquet = new ParquetWriter({ writer, schema, createdBy: 'deepspeedometer' });
  let group = emptyGroup(columns);
  let count = 0;
  for (const cells of rows) {
    for (const [index, { type }] of columns.entries()) group[index]?.push(parquetValue(type, cells[index]));
    count++;
    if (count < groupRows) continue;
    yield written(parquet, writer, columns, group);
    group = emptyGroup(columns);
    count = 0;
  }
  if (count > 0) yield written(parquet, writer, columns, group);
  void parquet.finish(); // with a writer in memory neither it nor `write` waits for anything
  yield taken(writer);
}

type ParquetValue = string | number | boolean | bigint | undefined;

function emptyGroup(columns: readonly ColumnHead[]): ParquetValue[][] {
  return columns.map(() => []);
}

function parquetValue(type: ColumnType, cell: Cell): ParquetValue {
  if (cell === undefined) return undefined;
  if (type === 'integer') return BigInt(cell as number);
  return typeof cell === 'object' ? jsonText(cell) : cell;
}

function written(
  parquet: ParquetWriter,
  writer: ByteWriter,
  columns: readonly ColumnHead[],
  group: readonly ParquetValue[][],
): Uint8Array {
  const columnData = columns.map(({ name, type }, index) => {
    const data = group[index] ?? [];
    // Stamps hardly ever repeat: a dictionary of them would be built in vain.
    return type === 'number' ? { name, data, encoding: 'PLAIN' as const } : { name, data };
  });
  void parquet.write({ columnData, rowGroupSize: groupRows });
  return taken(writer);
}

/** What the writer has so far; from then on its buffer begins anew, while its offset goes on. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
