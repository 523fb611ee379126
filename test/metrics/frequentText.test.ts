import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrequentText } from '../../src/metrics/frequentText.ts';

function mostOf(texts: readonly string[]): string | undefined {
  const frequent = new FrequentText();
  for (const text of texts) frequent.add(text);
  return frequent.most;
}

test('the most frequent text is found, of equals the first by its characters', () => {
  expect(mostOf([])).toBeUndefined();
  expect(mostOf(['b', 'a', 'b'])).toBe('b');
  expect(mostOf(['b', 'a'])).toBe('a');
});

test('a text that makes up more than half is found among any number of others, in any order', () => {
  const others = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 400 });
  fc.assert(
    fc.property(others, fc.infiniteStream(fc.boolean()), (numbers, coins) => {
      const frequent = [...numbers, 0].map(() => 'the one');
      const mixed: string[] = [];
      const rare = numbers.map((number) => `request ${number} failed`);
      while (frequent.length + rare.length > 0) {
        const from = rare.length === 0 || (frequent.length > 0 && coins.next().value) ? frequent : rare;
        mixed.push(from.pop() as string);
      }
      expect(mostOf(mixed)).toBe('the one');
    }),
  );
});
