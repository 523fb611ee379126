import type { Objective, ObjectiveVerdict } from '../criteria/objective.ts';
import type { Load, RunStarted } from '../events/events.ts';
import { type Definitions, releaseOf } from '../metrics/definitions/definitions.ts';
import type { LevelDetail } from '../metrics/levelDetail.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import type { WindowChoice } from '../metrics/steadyWindow.ts';
import type { CurveSeries } from './charts/curveSeries.ts';
import { sweepLevels } from './sweepLevels.ts';
import { sweepTitles } from './sweepTitles.ts';

/** A run as its log tells it: all that any report shows. */
export interface ReportedRun {
  /** What tells it apart from other runs of the report. */
  readonly label: string;
  /** Where its log is. */
  readonly place: string;
  readonly started: RunStarted;
  readonly summary: RunSummary;
  /** By the number of the level. */
  readonly details: ReadonlyMap<number, LevelDetail>;
  readonly window: WindowChoice;
  /** Whose formulas the figures are by; absent where they are ours. */
  readonly definitions?: Definitions;
  /** Whether the log gives the figures of the live run, to the last bit; absent where that cannot be told. */
  readonly isRepeated?: boolean;
  /** Why the log was not read to its end. */
  readonly damage?: string;
  readonly objectives: readonly Objective[];
  /** What each measured level says of each objective, by the number of the level. */
  readonly verdicts: ReadonlyMap<number, readonly ObjectiveVerdict[]>;
  /** Shares that percentiles were asked for, 0 to 1. */
  readonly percentiles: readonly number[];
}

/** One sweep of a run, with what tells it apart from all others of the report. */
export interface ReportedSweep extends CurveSeries {
  readonly run: ReportedRun;
  readonly stopReason: string | undefined;
}

/** All sweeps that have levels, over all runs. */
export function reportedSweeps(runs: readonly ReportedRun[]): readonly ReportedSweep[] {
  return runs.flatMap((run) => {
    const titles = sweepTitles(run.summary.sweeps);
    return run.summary.sweeps.flatMap(({ id, saturation, stopReason }, index): ReportedSweep[] => {
      const levels = sweepLevels(run.summary, id);
      if (levels.length === 0) return [];
      const label = [runs.length > 1 ? run.label : '', titles[index] ?? ''].filter((text) => text !== '').join(' · ');
      return [{ run, label, levels, saturation, stopReason }];
    });
  });
}

/** What the head of a report says of figures that are not the usual ones. */
export interface FiguresNote {
  readonly text: string;
  /** In what they differ from ours, a sentence each. */
  readonly differences: readonly string[];
}

/** Over which window figures are taken, or by whose formulas; `undefined` where both are the usual ones. */
export function figuresNote({
  window,
  definitions,
}: Pick<ReportedRun, 'window' | 'definitions'>): FiguresNote | undefined {
  if (definitions !== undefined) {
    const text = `Figures by the formulas of ${releaseOf(definitions)}, not by ours:`;
    return { text, differences: definitions.differences };
  }
  return window === 'steady' ? undefined : { text: `Figures: ${windowWords(window)}`, differences: [] };
}

/** The window in words. */
function windowWords(window: WindowChoice): string {
  if (window === 'steady') return 'steady window';
  if (window === 'all') return 'whole level, without its drain';
  return `${window.fromMs / 1000} s to ${window.toMs / 1000} s of each level`;
}

/** The largest load at which every objective is met, with no smaller one that misses any; `undefined` where there is none. */
export function maxLoadUnderObjectives({ verdicts }: ReportedRun, levels: readonly LevelSummary[]): Load | undefined {
  let largest: Load | undefined;
  for (const { level, load } of levels.toSorted((one, other) => one.load.value - other.load.value)) {
    const all = verdicts.get(level);
    if (all === undefined) continue;
    if (all.some(({ status }) => status === 'missed')) break;
    if (all.every(({ status }) => status === 'met')) largest = load;
  }
  return largest;
}
