import type { LevelSummary } from './levelSummary.ts';

/**
 * With fewer requests completed in the steady window, one more or less at its ends is over 10 %: twice the gain by which
 * loads are told apart.
 */
const leastCompleted = 10;
/**
 * Requests that lie across an end of the window put Little's ratio off by about one in those that a client has in it: so
 * this is a window of fewer than four requests a client.
 */
const littleLimit = 0.25;
/** Above this share of failures Little's ratio is off because of them, however long the level is. */
const fewFailures = 0.01;

/**
 * Why a level is too short for a verdict on its throughput, in words; `undefined` where it is long enough. A level
 * without a steady window or without an answer is not short but has no figures at all.
 */
export function shortness(level: LevelSummary): string | undefined {
  const { steady, requests, littleRatio, clients } = level;
  if (steady === undefined || requests.completed === 0) return undefined;
  const completed = Math.round(steady.completedPerSec * steady.seconds);
  const least = Math.max(leastCompleted, clients);
  if (completed < least) return `${completed} completed in the steady window, ${least} are needed`;
  // At a rate, what is in flight may grow: whether it does is a verdict of its own.
  if (littleRatio === undefined || !littleApplies(level) || level.arrivals !== undefined) return undefined;
  const off = Math.abs(littleRatio - 1);
  return off > littleLimit ? `Little's law is off by ${(off * 100).toFixed(0)} %` : undefined;
}

/** Whether Little's law can be held against a level: what fails, or piles up, is in flight as well and does not complete. */
export function littleApplies({ requests: { completed, failed, empty }, arrivals }: LevelSummary): boolean {
  if (arrivals !== undefined && arrivals.stability !== 'stable') return false;
  return failed + empty <= fewFailures * (completed + failed + empty);
}
