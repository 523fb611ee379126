import type { LevelSummary } from '../metrics/levelSummary.ts';
import { formatDuration, formatLoads } from './quantities.ts';
import type { Remark } from './remarks.ts';

/** Times in which the load generator was stopped, and jumps of the wall clock, which come from a machine that slept. */
export function standstillRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const still = levels.filter(({ generator }) => generator.stoodStillMs !== undefined);
  const jumped = levels.filter(({ generator }) => generator.wallJumpMs !== undefined);
  const remarks: Remark[] = [];
  if (still.length > 0) {
    const longest = Math.max(...still.map(({ generator: { stoodStillMs = 0 } }) => stoodStillMs));
    const text = `The load generator stood still for ${formatDuration(longest)} with ${loadsOf(still)}: it was stopped, or the machine gave it no time. What was open then is later by it.`;
    remarks.push({ tone: 'warning', text });
  }
  if (jumped.length > 0) {
    const jumps = jumped.map(({ generator: { wallJumpMs = 0 } }) => wallJumpMs);
    const largest = jumps.reduce((one, other) => (Math.abs(other) > Math.abs(one) ? other : one));
    const way = largest > 0 ? 'forwards' : 'backwards';
    const text = `The wall clock went ${formatDuration(Math.abs(largest))} ${way} with ${loadsOf(jumped)}: it was set, or the machine slept. No figure is read off it, but requests that were open while a machine sleeps say nothing.`;
    remarks.push({ tone: 'warning', text });
  }
  return remarks;
}

function loadsOf(levels: readonly LevelSummary[]): string {
  return formatLoads(...levels.map(({ load }) => load));
}
