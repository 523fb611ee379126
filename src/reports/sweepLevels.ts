import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import type { TitledSweep } from './sweepTitles.ts';

/** The levels of a sweep as reports show them. */
export function sweepLevels({ levels, sweeps }: RunSummary, id: number): readonly LevelSummary[] {
  const ofSweep = levels.filter(({ sweep }) => sweep === id);
  return inShownOrder(
    ofSweep,
    sweeps.find((sweep) => sweep.id === id),
  );
}

/** By load, where the sweep ran its levels in a random order; else as they were run. */
export function inShownOrder(levels: readonly LevelSummary[], sweep: TitledSweep | undefined): readonly LevelSummary[] {
  if (sweep?.options['level_order'] !== 'random') return levels;
  return levels.toSorted((one, other) => one.load.value - other.load.value);
}
