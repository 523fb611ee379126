import { expect, test } from 'vitest';
import { csvField } from '../../src/core/csvField.ts';

test.each([
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['-1+cmd', "'-1+cmd"],
  ['\t=1', "'\t=1"],
  [-1.5, '-1.5'],
  [undefined, ''],
  ['plain, with a comma', '"plain, with a comma"'],
])('%j is the field %s: no text is a formula, and numbers are numbers', (value, field) => {
  expect(csvField(value)).toBe(field);
});
