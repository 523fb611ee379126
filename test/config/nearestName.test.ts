import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearestName } from '../../src/config/nearestName.ts';

const names = ['num_clients', 'prompt_length', 'prompt_length_var', 'api', 'url', 'force'];

test.each([
  ['num_client', 'num_clients'],
  ['promt_length', 'prompt_length'],
  ['prompt-length', 'prompt_length'],
  ['clients', 'num_clients'],
  ['apis', 'api'],
  ['ap', 'api'],
  ['temperature', undefined],
  ['xy', undefined],
])('%s means %s', (typed, meant) => {
  expect(nearestName(typed, names)).toBe(meant);
});

test('the distance is a metric', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      expect(editDistance(a, b) === 0).toBe(a === b);
    }),
  );
});
