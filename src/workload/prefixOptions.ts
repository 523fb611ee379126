import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

const mostPrefixTokens = 2_000_000;
const mostGroups = 100_000;

export const prefixOptions = {
  title: 'Prefixes',
  shape: {
    prefix_tokens: option(z.int().min(0).max(mostPrefixTokens).default(0), {
      description:
        'A beginning that prompts of a group share (prefix caches answer for it); counts as part of the prompt',
      unit: 'tokens',
      expands: true,
      aliases: [{ name: 'shared_prefix_tokens', warn: false }],
      decides: 'prompts',
    }),
    prefix_groups: option(z.int().min(1).max(mostGroups).default(1), {
      description: 'How many different beginnings of prefix_tokens there are; each request belongs to one group',
      unit: 'groups',
      expands: true,
      decides: 'prompts',
    }),
    prefix_zipf: option(z.number().min(0).max(10).default(0), {
      description:
        'How much groups differ: group k of them gets requests in proportion to 1 / k^prefix_zipf; 0 treats all alike',
      expands: true,
      decides: 'prompts',
    }),
  },
};

export type PrefixOptions = OptionsOf<typeof prefixOptions>;

/**
 * What of the options of prefixes has no effect, in words.
 * @param given whether an option was given
 */
export function prefixProblems(options: PrefixOptions, given: (name: string) => boolean): readonly string[] {
  if (options.prefix_tokens > 0) {
    return options.prefix_groups === 1 && given('prefix_zipf')
      ? ['--prefix_zipf: has no effect on one group, expected --prefix_groups beside it']
      : [];
  }
  return (['prefix_groups', 'prefix_zipf'] as const)
    .filter(given)
    .map((name) => `--${name}: has no effect without a prefix, expected --prefix_tokens beside it`);
}
