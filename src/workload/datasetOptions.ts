import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';
import { datasetFormatNames } from './datasets/registry.ts';

/** More texts than that would fill memory and log. */
const mostRows = 1_000_000;
const rangePattern = /^(\d+)?\.\.(\d+)?$/;

const range = z
  .string()
  .regex(rangePattern, 'expected FROM..TO, such as 16..1024, 16.. or ..1024')
  .refine((text) => {
    const { from, to } = parseTokenRange(text);
    return to >= Math.max(1, from);
  }, 'expected an end that is not before the beginning')
  .optional();

export const datasetOptions = {
  title: 'Datasets',
  shape: {
    dataset: option(z.string().min(1).optional(), {
      description:
        'A file of prompts, in place of those cut from a text: JSON lines with prompt or messages, JSON of ShareGPT, CSV, Parquet, or text with one a line',
      expands: true,
      decides: 'prompts',
    }),
    dataset_format: option(z.enum(['auto', ...datasetFormatNames]).default('auto'), {
      description: 'What kind of file --dataset is; auto: by how its name ends',
      valueAliases: { ndjson: 'jsonl' },
      expands: true,
    }),
    dataset_rows: option(z.int().min(1).max(mostRows).default(10_000), {
      description: 'At most so many rows of --dataset are drawn from the file by the seed, and kept',
      unit: 'rows',
      expands: true,
      decides: 'prompts',
    }),
    dataset_sampling: option(
      z.enum(['without_replacement', 'with_replacement', 'in_order']).default('without_replacement'),
      {
        description:
          'Whether each row is sent once before any comes again, or drawn for each request by itself; in_order: as they stand in the file',
        expands: true,
        decides: 'prompts',
      },
    ),
    turns: option(z.enum(['all', 'first']).default('all'), {
      description:
        'What is sent of a row of --dataset with several turns of a user: all of them, each after the answer to the one before and with what was said until then, or the first alone',
      expands: true,
      decides: 'prompts',
    }),
    history: option(z.enum(['real', 'recorded']).default('real'), {
      description:
        'Whose answers a later turn brings along: those that the server gave, or those that stand in --dataset',
      expands: true,
      decides: 'prompts',
    }),
    dataset_prompt_tokens: option(range, {
      description: 'Only rows of --dataset whose prompt, with every turn, has so many tokens, from..to',
      unit: 'tokens',
      expands: true,
      decides: 'prompts',
    }),
    dataset_output_tokens: option(range, {
      description: 'Only rows of --dataset whose answer, to every turn, is to have so many tokens, from..to',
      unit: 'tokens',
      expands: true,
      decides: 'prompts',
    }),
  },
};

export type DatasetOptions = OptionsOf<typeof datasetOptions>;

/** Reads `from..to`, either of which may be left out. */
export function parseTokenRange(text: string): { readonly from: number; readonly to: number } {
  const [, from = '0', to = 'Infinity'] = rangePattern.exec(text) ?? [];
  return { from: Number(from), to: Number(to) };
}

/** What a dataset brings itself. */
const ownOptions = [
  'trace',
  'prompt_text_source',
  'prompt_length',
  'prompt_length_var',
  'max_prompt_length',
  'prompt_length_shape',
  'length_pairs',
  'prefix_tokens',
  'prefix_groups',
  'prefix_zipf',
] as const;

/**
 * What does not fit together where prompts come from a dataset, in words.
 * @param given whether an option was given
 */
export function datasetProblems(options: DatasetOptions, given: (name: string) => boolean): readonly string[] {
  if (options.dataset === undefined) {
    const others = Object.keys(datasetOptions.shape).filter((name) => name !== 'dataset');
    return others.filter(given).map((name) => `--${name}: belongs to a dataset, expected --dataset beside it`);
  }
  const problems = ownOptions
    .filter(given)
    .map((name) => `--${name}: a dataset brings its own prompts, expected one of the two`);
  if (options.turns === 'first' && given('history')) {
    problems.push('--history: a first turn has none, expected --turns all with it');
  }
  return problems;
}
