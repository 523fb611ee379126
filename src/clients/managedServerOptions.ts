import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const managedServerOptions = {
  title: 'Server of the run (started and stopped where there is no --url)',
  shape: {
    port: option(z.int().min(1).max(65_535).default(26_500), {
      description: 'Port of 127.0.0.1 that the started server listens on',
      presentation: true,
    }),
    tp_size: option(z.int().min(1).max(1024).default(1), {
      description: 'GPUs that share each layer of the model (tensor parallelism)',
      unit: 'GPUs',
    }),
    server_command: option(z.string().min(1).optional(), {
      description:
        'Command line that starts the server, in place of the usual one; {port} and {model} are filled in. Split like shell words, but no shell reads it',
      defaultText: 'the usual one',
    }),
    server_args: option(z.string().min(1).optional(), {
      description: 'Further arguments of the command line, split in the same way',
      takesFlags: true,
      defaultText: 'none',
    }),
    server_start_timeout: option(z.number().positive().max(86_400).default(600), {
      description: 'How long the server may take until it can be used',
      unit: 's',
      presentation: true,
    }),
  },
};

export type ManagedServerOptions = OptionsOf<typeof managedServerOptions>;
