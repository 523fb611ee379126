import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { type Column, toRows } from '../../src/exports/column.ts';
import { toCsv } from '../../src/exports/csv.ts';
import { toJson, toJsonLines } from '../../src/exports/json.ts';
import { toParquet } from '../../src/exports/parquet.ts';

interface Row {
  readonly n: number | undefined;
  readonly x: number | undefined;
  readonly word: string | undefined;
  readonly yes: boolean | undefined;
  readonly deep: object | undefined;
}

const columns: readonly Column<Row>[] = [
  { name: 'n', type: 'integer', meaning: '', cell: (row) => row.n },
  { name: 'x', type: 'number', meaning: '', cell: (row) => row.x },
  { name: 'word', type: 'text', meaning: '', cell: (row) => row.word },
  { name: 'yes', type: 'boolean', meaning: '', cell: (row) => row.yes },
  { name: 'deep', type: 'json', meaning: '', cell: (row) => row.deep },
];

const rows: readonly Row[] = [
  { n: 1, x: 0.1, word: 'plain', yes: true, deep: { a: Float64Array.of(1, 2.5) } },
  { n: 2 ** 40, x: -1e-9, word: 'a "quoted", word\r\nand a line', yes: false, deep: [] },
  { n: undefined, x: undefined, word: undefined, yes: undefined, deep: undefined },
  { n: 0, x: 0, word: '', yes: false, deep: {} },
];

function text(pieces: Iterable<string>): string {
  return [...pieces].join('');
}

test('CSV has a head, quotes what needs it, and leaves what is absent empty (RFC 4180)', () => {
  expect(text(toCsv(toRows(columns, rows)))).toBe(
    [
      'n,x,word,yes,deep',
      '1,0.1,plain,true,"{""a"":[1,2.5]}"',
      '1099511627776,-1e-9,"a ""quoted"", word\r\nand a line",false,[]',
      ',,,,',
      '0,0,,false,{}',
      '',
    ].join('\r\n'),
  );
});

test('JSON and its lines hold the same objects, without keys for what is absent', () => {
  const objects = JSON.parse(text(toJson(toRows(columns, rows)))) as unknown[];
  const lines = text(toJsonLines(toRows(columns, rows)))
    .trimEnd()
    .split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(objects);
  expect(objects[0]).toEqual({ n: 1, x: 0.1, word: 'plain', yes: true, deep: { a: [1, 2.5] } });
  expect(objects[2]).toEqual({});
  expect(JSON.parse(text(toJson(toRows(columns, []))))).toEqual([]);
});

async function readParquet(bytes: Buffer) {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return parquetReadObjects({ file });
}

test('Parquet gives back every value and every absence, over more than one row group', async () => {
  const many = Array.from({ length: 45_000 }, (_, n): Row => ({ ...rows[n % 4], n, x: n / 3 }) as Row);
  const read = await readParquet(Buffer.concat([...toParquet(toRows(columns, [...rows, ...many]))]));
  expect(read).toHaveLength(45_004);
  expect(read.slice(0, 3)).toEqual([
    { n: 1n, x: 0.1, word: 'plain', yes: true, deep: '{"a":[1,2.5]}' },
    { n: 2n ** 40n, x: -1e-9, word: 'a "quoted", word\r\nand a line', yes: false, deep: '[]' },
    { n: null, x: null, word: null, yes: null, deep: null },
  ]);
  expect(read.slice(4).map((row) => [row['n'], row['x']])).toEqual(many.map(({ n, x }) => [BigInt(n as number), x]));
});

test('Parquet keeps columns of one value, of two hundred and of fifty thousand, with and without gaps', async () => {
  const every = (n: number): Row => ({
    n: n % 300 === 0 ? undefined : -(n % 299),
    x: n % 50_000,
    word: `word ${n % 5000}`,
    yes: n % 3 === 0 ? undefined : n % 2 === 0,
    deep: n === 7 ? { only: 'one' } : undefined,
  });
  const many = Array.from({ length: 20_001 }, (_, n) => every(n));
  const read = await readParquet(Buffer.concat([...toParquet(toRows(columns, many))]));
  const expected = many.map(({ n, x, word, yes = null, deep }) => ({
    n: n === undefined ? null : BigInt(n),
    x,
    word,
    yes,
    deep: deep === undefined ? null : JSON.stringify(deep),
  }));
  expect(read).toEqual(expected);
});

test('Parquet without a row is a table without a row', async () => {
  expect(await readParquet(Buffer.concat([...toParquet(toRows(columns, []))]))).toEqual([]);
});
