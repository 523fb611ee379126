import { expect, test } from 'vitest';
import { resolveValues } from '../../src/config/resolveRuns.ts';

test('an object gives the options that a file with its keys would give', () => {
  const { combinations } = resolveValues({ num_clients: 4, prompt_length: [128, 512], api: 'dummy', model: 'any' });
  expect(combinations.map(({ num_clients, prompt_length, api }) => [num_clients, prompt_length, api])).toEqual([
    [[4], 128, 'dummy'],
    [[4], 512, 'dummy'],
  ]);
});

test('a word may stand for a list, and what is undefined is not given', () => {
  const { combinations, given } = resolveValues({ num_clients: 'auto', prompt_length: undefined });
  expect(combinations[0].num_clients).toBe('auto');
  expect([...given.keys()]).toEqual(['num_clients']);
});

test('all problems are told at once', () => {
  const wrong = { num_client: 4, prompt_length: 'long', dry_run: true };
  expect(() => resolveValues(wrong)).toThrow(
    [
      'num_client: unknown option. Did you mean num_clients?',
      'prompt_length: expected a whole number of tokens from 1 to 2000000, got "long"',
      'dry_run: only for the command line',
    ].join('\n'),
  );
});

test.each([['linear 1..5'], [['linear', '1..5']], [['linear 1..5']]])('a ramp may be given as %j', (ramp) => {
  expect(resolveValues({ ramp }).combinations[0].ramp).toEqual(['linear', '1..5']);
});

test.each([
  ['linear 5', 'expected linear or exponential and rates FROM..TO, such as linear 1..20, got "linear 5"'],
  ['linear 1..5 6..7', 'FROM..TO, such as linear 1..20, got "linear 1..5 6..7"'],
  ['linear 0..0', 'expected a rate above 0 at one end, got "linear 0..0"'],
  ['exponential 0..5', 'expected rates above 0, since exponential has no rate of 0, got "exponential 0..5"'],
])('the ramp %j is refused with what is wrong in it', (ramp, problem) => {
  for (const typed of [ramp, ramp.split(' ')]) expect(() => resolveValues({ ramp: typed })).toThrow(problem);
});

test('sweeps of one run agree on a list that says the same for all of them', () => {
  const { combinations } = resolveValues({ prompt_length: [1, 2], sink: ['./one.js', './two.js'] });
  expect(combinations).toHaveLength(2);
});
