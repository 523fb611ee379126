import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asciiText, plainText } from '../../src/reports/plainText.ts';
import { wrapText } from '../../src/reports/textStyle.ts';

test.each([
  ['a model', 'a model'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007after', 'after'],
  ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['two\nlines\tand tabs', 'two lines and tabs'],
  ['bell\u0007', 'bell'],
  ['\u009b2Jc1', '2Jc1'],
  ['turned\u202etxt', 'turned txt'],
  ['Zürich → 東京', 'Zürich → 東京'],
])('%j is printed as %j', (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

test('nothing that steers a terminal is left of any text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('\u001b', '[', ']', '2', 'J', ';', '\u0007', '\u009b', '\r', 'a', '\\', ' ') }),
      (text) => {
        expect(plainText(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      },
    ),
  );
});

test('ASCII stands for what it can and owns up to the rest', () => {
  expect(asciiText('± 3 · a → b, 東')).toBe('+/- 3 | a -> b, ?');
});

test('wrapping keeps figures together, words whole and lines within the width', () => {
  expect(wrapText('it gave 1 254 tokens/s at 42.1 ms and 21 %', 14)).toEqual([
    'it gave 1 254',
    'tokens/s at',
    '42.1 ms and',
    '21 %',
  ]);
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1 }), (words) => {
      const lines = wrapText(words.join(' '), 12);
      expect(lines.join(' ')).toBe(words.join(' '));
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(12);
    }),
  );
});
