import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader } from '../../src/clients/lineReader.ts';

function read(
  bytes: Uint8Array,
  cuts: readonly number[],
): { readonly lines: readonly string[]; readonly rest: string } {
  const lines: string[] = [];
  const reader = new LineReader((line) => lines.push(line));
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1))].sort((one, other) => one - other);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    reader.push(bytes.subarray(start, end));
    start = end;
  }
  return { lines, rest: reader.end() };
}

test('bytes cut anywhere give the lines that the text has, and what follows the last one', () => {
  const part = fc.constantFrom('a', '{"x":1}', 'é', '€', '😀', '\n', '\r\n', ' ');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), fc.array(fc.nat(200), { maxLength: 8 }), (parts, cuts) => {
      const text = parts.join('');
      const expected = text.split(/\r?\n/);
      const rest = expected.pop();
      expect(read(Buffer.from(text), cuts)).toEqual({ lines: expected, rest });
    }),
  );
});

test('pieces may lie in a buffer that is used again', () => {
  const lines: string[] = [];
  const reader = new LineReader((line) => lines.push(line));
  const piece = Buffer.from('half');
  reader.push(piece);
  piece.fill('x');
  reader.push(Buffer.from(' a line\n'));
  expect(lines).toEqual(['half a line']);
});
