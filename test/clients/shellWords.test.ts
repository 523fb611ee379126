import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWords } from '../../src/clients/shellWords.ts';

test.each([
  ['', []],
  ['  \t\n ', []],
  ['vllm serve m', ['vllm', 'serve', 'm']],
  ['  --a   1  ', ['--a', '1']],
  [`--a 'b c' "d e"`, ['--a', 'b c', 'd e']],
  [`--x={"a":"b"}`, ['--x={a:b}']],
  [`--x='{"a": "b"}'`, ['--x={"a": "b"}']],
  [`"say \\"hi\\" \\\\ \\n"`, ['say "hi" \\ \\n']],
  [`'\\'`, ['\\']],
  ['a\\ b \\"c', ['a b', '"c']],
  [`'' ""`, ['', '']],
  ['$HOME *.txt | a; b > c', ['$HOME', '*.txt', '|', 'a;', 'b', '>', 'c']],
] as const)('%j is split into %j', (line, words) => {
  expect(shellWords(line, 'server_args')).toEqual(words);
});

test.each([
  [`a "b`, /--server_args: a " is not closed/],
  [`a 'b`, /a ' is not closed/],
  ['a \\', /a backslash ends it/],
])('%j is refused', (line, message) => {
  expect(() => shellWords(line, 'server_args')).toThrow(message);
});

test('words that are quoted come back as they were', () => {
  const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 5 }), (words) => {
      expect(shellWords(words.map(quoted).join(' '), 'x')).toEqual(words);
    }),
  );
});
