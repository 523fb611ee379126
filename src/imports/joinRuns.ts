import type { ImportedRun } from './importedRun.ts';

/** Files that are levels of one sweep, those with the smaller load first. */
export interface ImportedSweep {
  readonly options: ImportedRun['sweepOptions'];
  readonly runs: readonly ImportedRun[];
}

/** Puts files together that agree on everything but their load; sweeps come in the order of their first files. */
export function joinRuns(runs: readonly ImportedRun[]): readonly ImportedSweep[] {
  const sweeps = new Map<string, ImportedRun[]>();
  for (const run of runs) {
    const key = JSON.stringify(run.sweepOptions);
    const known = sweeps.get(key);
    if (known === undefined) sweeps.set(key, [run]);
    else known.push(run);
  }
  return [...sweeps.values()].map((ofSweep) => ({
    options: ofSweep[0]?.sweepOptions ?? {},
    runs: ofSweep.sort((one, other) => one.level.load.value - other.level.load.value),
  }));
}
