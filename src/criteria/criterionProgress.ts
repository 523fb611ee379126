import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import { gainLimit, gainOfLast } from '../metrics/saturation.ts';
import type { CriteriaOptions } from './criteriaOptions.ts';
import { leastOutcomesFor } from './maxErrorRatio.ts';

/** How far a stop criterion is from firing. */
export interface CriterionProgress {
  /** Its name, as `criterion.met` has it. */
  readonly criterion: string;
  /** The figure that it looks at, in words. */
  readonly figure: string;
  /** Which side of the limit the figure has to be on. */
  readonly fires: 'above' | 'below';
  readonly unit: 's' | 'ratio';
  readonly limit: number;
  /** The figure as it stands; absent while it is not known. */
  readonly value?: number;
  /** The share of the way to the limit, 0 to 1; absent while it is not known. */
  readonly reachedRatio?: number;
}

/** A level that runs, as far as criteria look at it. */
interface RunningLevel {
  readonly prepared: { readonly clients: number };
  readonly completed: number;
  readonly empty: number;
  readonly failures: Readonly<Partial<Record<string, number>>>;
  readonly e2eMs: { readonly mean?: number };
}

/** What the distance of criteria is told from. */
export interface RunSoFar {
  /** Levels of the sweep that are over. */
  readonly ended: readonly LevelSummary[];
  readonly running?: RunningLevel;
  /** Of the running level, since its start. */
  readonly elapsedMs?: number;
  /** Of the running level's throughput. */
  readonly relativeHalfWidth?: number;
}

/** How far each criterion that the options ask for is from firing. It decides nothing: that the criteria do. */
export function criteriaProgress(
  options: CriteriaOptions & Pick<MetricsOptions, 'precision'>,
  { ended, running, elapsedMs, relativeHalfWidth }: RunSoFar,
): readonly CriterionProgress[] {
  const { early_stop_latency, max_error_ratio, max_level_seconds, stop_at_plateau, precision } = options;
  const meanMs = running?.e2eMs.mean;
  const rules = [
    above('early_stop_latency', 'mean e2e', 's', early_stop_latency, meanMs === undefined ? undefined : meanMs / 1000),
    above('max_error_ratio', 'failed', 'ratio', max_error_ratio, errorRatio(running)),
  ];
  if (max_level_seconds !== undefined) {
    const seconds = elapsedMs === undefined ? undefined : elapsedMs / 1000;
    rules.push(above('max_level_seconds', 'level time', 's', max_level_seconds, seconds));
  }
  if (stop_at_plateau) rules.push(below('plateau', 'gain', gainLimit, gainOfLast(ended)));
  if (precision !== undefined) rules.push(below('precision', 'half width', precision, relativeHalfWidth));
  return rules;
}

function errorRatio(running: RunningLevel | undefined): number | undefined {
  if (running === undefined) return undefined;
  const bad = Object.values(running.failures).reduce<number>((sum, count = 0) => sum + count, running.empty);
  const outcomes = bad + running.completed;
  return outcomes < leastOutcomesFor(running.prepared.clients) ? undefined : bad / outcomes;
}

function above(
  criterion: string,
  figure: string,
  unit: 's' | 'ratio',
  limit: number,
  value: number | undefined,
): CriterionProgress {
  const reached = (now: number): number => (limit > 0 ? now / limit : Number(now > 0));
  return toProgress({ criterion, figure, fires: 'above', unit, limit }, value, reached);
}

function below(criterion: string, figure: string, limit: number, value: number | undefined): CriterionProgress {
  const reached = (now: number): number => (now <= limit ? 1 : limit / now);
  return toProgress({ criterion, figure, fires: 'below', unit: 'ratio', limit }, value, reached);
}

function toProgress(
  rule: CriterionProgress,
  value: number | undefined,
  reached: (value: number) => number,
): CriterionProgress {
  return value === undefined ? rule : { ...rule, value, reachedRatio: Math.min(1, Math.max(0, reached(value))) };
}
