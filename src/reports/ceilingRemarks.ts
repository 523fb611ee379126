import type { MachineCeiling } from '../events/events.ts';
import { ceilingShare } from '../metrics/ceilingShare.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import { formatDuration, formatLoads, formatPercent } from './quantities.ts';
import type { Remark } from './remarks.ts';

/** From here on a calibrated machine is close enough to its ceiling for a warning. */
const closeRatio = 0.8;

/** How close to the ceiling of a calibrated machine the busiest level came. */
export function ceilingRemarks(
  ceiling: MachineCeiling | undefined,
  levels: readonly LevelSummary[],
): readonly Remark[] {
  if (ceiling === undefined) return [];
  const measured = levels.filter(({ status }) => status !== 'skipped');
  const shares = measured.map((level) => ({ load: level.load, share: ceilingShare(level, ceiling) ?? 0 }));
  const [busiest] = shares.sort((one, other) => other.share - one.share);
  if (busiest === undefined || busiest.share === 0) return [];
  const { ttftErrorMs, gapErrorMs, calibratedAt } = ceiling;
  const errors = `TTFT ${formatDuration(ttftErrorMs.p99)}, gaps ${formatDuration(gapErrorMs.p99)}`;
  const text =
    `At most about ${formatPercent(busiest.share)} of what this machine can send was asked of it, with ${formatLoads(busiest.load)}` +
    ` (calibrated ${calibratedAt.slice(0, 10)}; errors of stamps then, at p99: ${errors}).`;
  return [{ tone: busiest.share > closeRatio ? 'warning' : 'plain', text }];
}
