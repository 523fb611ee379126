// Import what feeds you, never what you feed: each room names the rooms that it may import.
const mayImport = {
  core: [],
  events: ['core'],
  workload: ['core', 'events'],
  simulator: ['core', 'events'],
  testing: ['core', 'events', 'clients'],
  clients: ['core', 'events', 'workload'],
  metrics: ['core', 'events'],
  criteria: ['core', 'events', 'metrics'],
  machines: ['core', 'events', 'clients'],
  actors: ['core', 'events', 'workload', 'clients', 'machines', 'metrics', 'criteria'],
  reports: ['core', 'events', 'workload', 'metrics', 'criteria'],
  sinks: ['core', 'events', 'workload', 'metrics', 'criteria', 'reports'],
  terminal: ['core', 'events', 'metrics', 'criteria', 'reports'],
  exports: ['core', 'events', 'metrics'],
  imports: ['core', 'events', 'metrics'],
  calibration: ['core', 'events', 'metrics'],
  config: ['core', 'events'],
};

// config composes the option slices that stand in the rooms, the registry of clients names those of each client;
// neither sees anything else of those rooms
const namesSlices = ['config', 'clients'];
const optionSlices = '^src/[^/]+/[A-Za-z]*Options\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'no-orphans-in-test-from-src',
      severity: 'error',
      from: { path: '^src' },
      to: { path: '^(test|bench|scripts)' },
    },
    ...Object.entries(mayImport).map(([room, rooms]) => ({
      name: `${room}-imports-what-feeds-it`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: {
        path: '^src/',
        pathNot: [`^src/(${[room, ...rooms].join('|')})/`, ...(namesSlices.includes(room) ? [optionSlices] : [])],
      },
    })),
    {
      name: 'machines-do-no-io',
      severity: 'error',
      from: { path: '^src/machines/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
