import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { readSourceText } from '../../src/workload/sourceText.ts';

const folder = mkdtempSync(join(tmpdir(), 'source-text-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('a file that is there is read, whatever its name', () => {
  expect(readSourceText(fileOf('a text', '\uFEFFOnce upon a time.\n'), 10).text).toBe(' Once upon a time.');
});

test.each(['Once upon a time', 'Explain either/or to me.', 'Hello', 'a long word and so on '.repeat(500).trim()])(
  'a value that names no file and looks like none is the text itself (%#)',
  (literal) => expect(readSourceText(literal, 10).text).toBe(` ${literal}`),
);

test.each(['missing.txt', './missing', '/no/such/file', 'prompts/missing', `${folder}/missing.md`])(
  '%s looks like a path, and is not there',
  (path) => expect(() => readSourceText(path, 10)).toThrow(`the file ${path} cannot be read: there is no such file`),
);

test('a folder is no text file', () => {
  expect(() => readSourceText(folder, 10)).toThrow(/is not a regular file/);
});

test.each([
  ['with zero bytes', Uint8Array.of(65, 0, 66)],
  ['that is not UTF-8', Uint8Array.of(0xff, 0xfe, 0x41)],
])('a file %s is refused as no text', (_, content) => {
  expect(() => readSourceText(fileOf('binary', content), 10)).toThrow(/is not a text file: expected UTF-8/);
});

test.each(['', ' \n\t '])('an empty text is refused (%o)', (content) => {
  expect(() => readSourceText(content, 10)).toThrow(/the text given is empty: expected at least one word/);
  expect(() => readSourceText(fileOf('empty.txt', content), 10)).toThrow(/has no text in it/);
});

test('every error is one of usage, with the way out', () => {
  for (const bad of ['missing.txt', '', folder]) {
    expect(() => readSourceText(bad, 10)).toThrow(expect.objectContaining({ exitCode: 2, hint: expect.any(String) }));
  }
});

test('of a file beyond 16 MiB the beginning is used, with a warning', () => {
  const long = readSourceText(fileOf('long.txt', 'é is a word '.repeat(1_400_000)), 10);
  expect(long.text.length).toBeLessThan(16 * 1024 * 1024);
  expect(long.warning).toMatch(/only the first 16 MiB/);
});

test('a text begins with a blank, ends without one, and has no word of more than 64 characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }), (text) => {
      fc.pre(!existsSync(text.trim()) && text.trim() !== '' && !/[\\/]|\.txt$/i.test(text));
      const fitted = readSourceText(text, 10).text;
      expect(fitted).toMatch(/^ \S/);
      expect(fitted).toMatch(/\S$/);
      expect(fitted.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
    }),
  );
  const words = readSourceText('一'.repeat(1000), 10).text.trim().split(' ');
  expect(Math.max(...words.map((word) => word.length))).toBe(64);
});

test('the built-in text has more tokens than the longest prompt', () => {
  expect(readSourceText(undefined, 128_000).text.split(/\s+/).length).toBeGreaterThan(256_000);
});
