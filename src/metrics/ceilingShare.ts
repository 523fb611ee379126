import type { MachineCeiling } from '../events/events.ts';
import type { LevelSummary } from './levelSummary.ts';

/**
 * How much of what the machine can send a level took: CPU time of its requests and chunks, at their calibrated costs, over the
 * time that there was; of the busier of a worker and the main process. 1 is a whole core.
 *
 * @returns `undefined` where there is no throughput, or chunks could not be counted
 */
export function ceilingShare(level: LevelSummary, ceiling: MachineCeiling): number | undefined {
  const { steady, streaming, tokensPerChunk, generator } = level;
  const requestsPerSec = steady?.requestsPerSec;
  if (requestsPerSec === undefined) return undefined;
  const chunksPerSec = streaming
    ? (steady?.outputTokensPerSec ?? Number.NaN) / (tokensPerChunk?.mean ?? Number.NaN)
    : 0;
  if (Number.isNaN(chunksPerSec)) return undefined;
  const worker = requestsPerSec * ceiling.workerMicrosPerRequest + chunksPerSec * ceiling.workerMicrosPerChunk;
  const main = requestsPerSec * ceiling.mainMicrosPerRequest + chunksPerSec * ceiling.mainMicrosPerChunk;
  return Math.max(worker / Math.max(1, generator.workers ?? 1), main) / 1e6;
}
