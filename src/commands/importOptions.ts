import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const importOptions = {
  title: 'Import',
  shape: {
    from: option(z.enum(['vllm', 'aiperf', 'guidellm', 'llmperf', 'seed']).optional(), {
      description: 'The tool that wrote the files, to be named; seed is the Python DeepSpeedometer',
    }),
    log: option(z.string().min(1).optional(), {
      description: 'The folder that the log goes to',
      defaultText: 'a new one in RESULT_DIR/runs',
    }),
    result_dir: option(z.string().min(1).default('./results'), {
      description: 'Where that new one is made',
    }),
  },
};

export type ImportOptions = OptionsOf<typeof importOptions>;
