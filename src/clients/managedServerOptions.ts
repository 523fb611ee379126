import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const managedServerOptions = {
  title: 'Server of the run (started and stopped where there is no --url)',
  shape: {
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
