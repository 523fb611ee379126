import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';
import { randomStream } from '../core/random.ts';
import { choosesLoads, type LoadChoice } from './plannedLoads.ts';

const mostRepeats = 100;

export const repeatOptions = {
  title: 'Repeats',
  shape: {
    repeats: option(z.int().min(1).max(mostRepeats).default(1), {
      description:
        'How often the whole sweep is run, each time with prompts of its own; the report tells how much the figures differ',
      presentation: true,
    }),
    level_order: option(z.enum(['ascending', 'random']).default('ascending'), {
      description:
        'In which order the levels of a sweep are run; random: drawn from the seed, another one for each repeat',
      presentation: true,
    }),
  },
};

export type RepeatOptions = OptionsOf<typeof repeatOptions>;

/** What does not fit together where a sweep is repeated, in words. */
export function repeatProblems(options: RepeatOptions & LoadChoice): readonly string[] {
  const { repeats, level_order, search_rate } = options;
  const problems: string[] = [];
  if (repeats > 1 && search_rate) {
    problems.push('--repeats: the answer of --search_rate has an interval already, expected one of the two');
  }
  if (level_order === 'random' && choosesLoads(options)) {
    const chooser = search_rate ? '--search_rate' : '--num_clients auto';
    problems.push(
      `--level_order random: ${chooser} chooses its levels itself, expected loads that are known beforehand`,
    );
  }
  return problems;
}

/**
 * The seed of one repeat of a sweep: the first has the sweep's own, each other one a whole number below 2^32 that is drawn from it and
 * from the repeat's number.
 * @param repeat from 1
 */
export function repeatSeed(seed: number, repeat: number): number {
  return repeat === 1 ? seed : Math.floor(randomStream(seed, 'repeat', repeat)() * 2 ** 32);
}
