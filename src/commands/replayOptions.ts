import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';
import { listenerOptions } from '../sinks/listenerOptions.ts';
import { reportFigureOptions } from './reportOptions.ts';

export const replayOptions = {
  title: 'Replay',
  shape: {
    speed: option(
      z
        .string()
        .regex(/^(max|(?=.*[1-9])\d*\.?\d+)$/, 'expected max or a number above 0')
        .default('max'),
      { description: 'How many times as fast as the run went, or max' },
    ),
    definitions: reportFigureOptions.shape.definitions,
    output: option(z.enum(['text', 'json', 'jsonl']).default('text'), {
      description: 'json: the summary alone; jsonl: windows, levels and decisions as they are known, then the summary',
      valueAliases: { ndjson: 'jsonl' },
    }),
    result_dir: option(z.string().min(1).default('./results'), {
      description: 'Where "latest" is looked for, in RESULT_DIR/runs, and where result files go',
    }),
    write_results: option(z.boolean().default(false), {
      description: 'Write the result files of the run once more, to RESULT_DIR/API/MODEL',
    }),
    sink: listenerOptions.shape.sink,
    quiet: option(z.boolean().default(false), { description: 'No progress line' }),
  },
};

export type ReplayOptions = OptionsOf<typeof replayOptions>;
