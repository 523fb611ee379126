import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRecords } from '../../src/workload/csvRecords.ts';
import { readLengthTable } from '../../src/workload/lengthTable.ts';
import { readTable } from '../../src/workload/tableRows.ts';

const folder = mkdtempSync(join(tmpdir(), 'tables-'));

function fileOf(text: string): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.csv`);
  writeFileSync(path, text);
  return path;
}

test('any cells come back from CSV with quotes as they were', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'ü') });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (rows) => {
      const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\n');
      const lines = text.split('\n').map((line, index) => ({ number: index + 1, text: line }));
      expect([...csvRecords(lines)].map(({ cells }) => cells)).toEqual(rows);
    }),
  );
});

test('cells without quotes, empty ones and Windows line ends are read, and lines are counted', () => {
  const { format, rows } = readTable(fileOf('\ufeffa,b,c\r\n1,,3\r\n\r\n"x\r\ny",5,\r\n,8,9'), 'pairs');
  expect(format).toBe('csv');
  expect([...rows]).toEqual([
    { line: 2, values: { a: '1', b: '', c: '3' } },
    { line: 4, values: { a: 'x\ny', b: '5', c: '' } },
    { line: 6, values: { a: '', b: '8', c: '9' } },
  ]);
});

test.each([
  ['a head of other names', 'weight,height\n1,2\n', /:1: expected a column of prompt lengths.*it has weight, height/],
  [
    'a cell that is no number',
    'prompt_tokens\n5\nmany\n',
    /:3: expected a number of tokens.*prompt_tokens, got "many"/,
  ],
  ['a negative number', 'prompt_tokens\n-5\n', /:2: expected a number of tokens/],
  ['a row that is too short', 'prompt_tokens,output_tokens\n5\n', /:2: expected 2 cells as in the head, got 1/],
  ['a line that is no JSON', '{"input_length":4}\n{"input_length"\n', /:2: expected JSON, got/],
  ['no rows', 'prompt_tokens\n', /:1: expected rows below the head, got none/],
  ['nothing at all', '', /:1: expected rows, got an empty file/],
])('%s is named with its line', (_, text, message) => {
  expect(() => readLengthTable(fileOf(text), 'length_pairs')).toThrow(message);
});

test('a file that is not there, or is no text, is named', () => {
  expect(() => readLengthTable(join(folder, 'none.csv'), 'length_pairs')).toThrow(
    /none.csv cannot be read: there is no/,
  );
  expect(() => readLengthTable(fileOf('a\0b'), 'length_pairs')).toThrow(/is not a text file/);
});

test('lengths are found by the names that traces give them; what is 0 counts as 1', () => {
  expect(readLengthTable(fileOf('TIMESTAMP,ContextTokens,GeneratedTokens\nx,374,0\nx,396,109'), 'pairs')).toEqual({
    promptTokens: Uint32Array.of(374, 396),
    outputTokens: Uint32Array.of(1, 109),
  });
  expect(readLengthTable(fileOf('event_id,request_tokens_capped_1023\n0,472\n'), 'pairs')).toEqual({
    promptTokens: Uint32Array.of(472),
  });
});
