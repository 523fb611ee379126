import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const exportOptions = {
  title: 'Export',
  shape: {
    what: option(z.enum(['requests', 'chunks', 'windows', 'events']).default('requests'), {
      description: 'The table: what a row of it is',
    }),
    format: option(z.enum(['csv', 'json', 'jsonl', 'parquet']).default('csv'), {
      description: 'How it is written; jsonl is a JSON object a line',
      valueAliases: { ndjson: 'jsonl' },
    }),
    to: option(z.string().min(1).optional(), {
      description: 'File to write, or - for standard output',
      defaultText: 'standard output',
    }),
    result_dir: option(z.string().min(1).default('./results'), {
      description: 'Where "latest" is looked for, in RESULT_DIR/runs',
    }),
  },
};

export type ExportOptions = OptionsOf<typeof exportOptions>;
