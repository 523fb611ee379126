import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holm } from '../../src/criteria/holm.ts';

// Worked out by hand; R's p.adjust(p, 'holm') follows the same steps.
test.each([
  [[], []],
  [[0.03], [0.03]],
  [
    [0.01, 0.02, 0.03, 0.04],
    [0.04, 0.06, 0.06, 0.06],
  ],
  [
    [0.04, 0.01, 0.5],
    [0.08, 0.03, 0.5],
  ],
  [
    [0.9, 0.8],
    [1, 1],
  ],
])('%j becomes %j', (given, adjusted) => {
  const found = holm(given);
  expect(found).toHaveLength(adjusted.length);
  for (const [index, value] of found.entries()) expect(value).toBeCloseTo(adjusted[index] as number, 12);
});

test('values keep their order, and lie between their own and Bonferroni’s', () => {
  const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(chances, (given) => {
      const found = holm(given);
      for (const [index, p] of given.entries()) {
        expect(found[index]).toBeGreaterThanOrEqual(p);
        expect(found[index]).toBeLessThanOrEqual(Math.min(1, p * given.length));
        for (const [at, other] of given.entries()) {
          if (p < other) expect(found[index]).toBeLessThanOrEqual(found[at] as number);
        }
      }
    }),
  );
});
