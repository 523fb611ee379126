import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';
import { lengthShapes } from './lengthDistribution.ts';

const shape = z.enum(lengthShapes).default('normal');

export const lengthOptions = {
  title: 'Lengths',
  shape: {
    prompt_length_shape: option(shape, {
      description: 'How prompt lengths are spread around prompt_length, with prompt_length_var; fixed: not at all',
      expands: true,
      decides: 'prompts',
    }),
    max_new_tokens_shape: option(shape, {
      description: 'The same of answers, around max_new_tokens',
      expands: true,
      decides: 'prompts',
    }),
    length_pairs: option(z.string().min(1).optional(), {
      description:
        'A file of pairs of prompt and answer lengths, in place of means: CSV or JSON lines, columns found by name; pairs are drawn with replacement',
      expands: true,
      decides: 'prompts',
    }),
  },
};

export type LengthOptions = OptionsOf<typeof lengthOptions>;
