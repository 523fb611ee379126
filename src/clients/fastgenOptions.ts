import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const fastgenOptions = {
  title: 'DeepSpeed-FastGen (--api fastgen)',
  shape: {
    num_replicas: option(z.int().min(1).max(1024).default(1), {
      description: 'Copies of the model behind the load balancer, each on --tp_size GPUs',
      unit: 'replicas',
    }),
    max_ragged_batch_size: option(z.int().min(1).max(1_048_576).default(768), {
      description: 'Most tokens of one forward pass, and most sequences as far as FastGen can follow them (2048)',
      unit: 'tokens',
    }),
    quantization_mode: option(z.string().min(1).optional(), {
      description: 'How weights are quantized, such as wf6af16 (6 bits)',
      defaultText: 'none',
    }),
    fastgen_python: option(z.string().min(1).default('python3'), {
      description: 'The Python in which DeepSpeed-MII is installed',
      presentation: true,
    }),
  },
};

export type FastgenOptions = OptionsOf<typeof fastgenOptions>;
