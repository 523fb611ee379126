import { defineConfig } from 'vitest/config';

/** Groups run one after the other: what measures time has the machine for itself. */
export default defineConfig({
  test: {
    pool: 'threads',
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['test/**/*.test.ts'],
          exclude: ['test/endToEnd/**', 'test/capacity/**'],
          isolate: false,
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'endToEnd',
          include: ['test/endToEnd/**/*.test.ts'],
          isolate: false,
          maxWorkers: 2,
          testTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: 'capacity', include: ['test/capacity/**/*.test.ts'], sequence: { groupOrder: 2 } },
      },
    ],
  },
});
