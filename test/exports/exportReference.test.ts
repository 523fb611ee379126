import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderExportReference } from '../../src/exports/exportReference.ts';
import { tables } from '../../src/exports/tables.ts';

test('docs/export.md says what the tables say (npm run docs writes it)', () => {
  expect(readFileSync('docs/export.md', 'utf8')).toBe(renderExportReference());
});

test('every column says what it is, in words that fit a table, under a name of its own', () => {
  for (const { columns } of Object.values(tables)) {
    expect(columns.filter(({ meaning }) => !/^\S[^|\n]*[^.]$/.test(meaning))).toEqual([]);
    expect(new Set(columns.map(({ name }) => name.toLowerCase())).size).toBe(columns.length);
    const timed = columns.filter(({ name }) => /Ms(_(mean|p\d+))?$/.test(name));
    expect(timed.every(({ unit }) => unit === 'ms')).toBe(true);
  }
});
