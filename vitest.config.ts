import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Groups run one after the other: what measures time has the machine for itself. */
export default defineConfig({
  // What the package exports, out of the sources: its examples need no build to be tested.
  resolve: {
    alias: {
      'deepspeedometer/client': source('./src/clients/outside.ts'),
      'deepspeedometer/criteria': source('./src/criteria/outside.ts'),
      'deepspeedometer/testing': source('./src/testing/contract.ts'),
    },
  },
  test: {
    pool: 'threads',
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/endToEnd/**',
            'test/packed/**',
            'test/faults/**',
            'test/fuzz/**',
            'test/soak/**',
            'test/capacity/**',
            'test/servers/**',
          ],
          isolate: false,
          // On two cores it would be one.
          maxWorkers: 3,
          // Property tests that take a second alone take many on a machine that others use.
          testTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'endToEnd',
          include: ['test/endToEnd/**/*.test.ts'],
          isolate: false,
          // The built command is run as it is.
          server: { deps: { external: [/\/dist\//] } },
          maxWorkers: 3,
          // Commands that take a second alone take many on a machine that others use.
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'packed',
          include: ['test/packed/**/*.test.ts'],
          isolate: false,
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          isolate: false,
          maxWorkers: 2,
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          isolate: false,
          maxWorkers: 2,
          testTimeout: 600_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'capacity',
          include: ['test/capacity/**/*.test.ts'],
          maxWorkers: 1,
          testTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          include: ['test/servers/**/*.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
