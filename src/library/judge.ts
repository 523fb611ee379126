import { judgeObjective, type ObjectiveVerdict, parseObjective } from '../criteria/objective.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';

/**
 * Holds a level against an objective such as `p99(ttft) < 500ms` or `error_ratio < 1%` (docs/reports.md).
 *
 * @param objective its percentiles may be p50, p90, p95 and p99, which a summary has: others are unknown
 * @returns `met`, `missed`, or `unknown` where the level has too few requests to tell
 * @throws SpeedometerError `usage` with the column of what cannot be read
 */
export function judge(level: LevelSummary, objective: string): ObjectiveVerdict {
  return judgeObjective(parseObjective(objective), level, (figure, share) => {
    const { p50, p90, p95, p99 } = level[figure];
    return new Map([
      [0.5, p50],
      [0.9, p90],
      [0.95, p95],
      [0.99, p99],
    ]).get(share);
  });
}
