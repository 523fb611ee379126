import { studentQuantile } from './student.ts';

/** Whether a load keeps its objectives for the share of its requests that was asked for; `open` while neither is sure. */
export type AttainmentVerdict = 'held' | 'missed' | 'open';

/** How many requests of a level kept every objective, as far as it is known. */
export interface Attainment {
  /** Those that kept them all, over those that were due; failed and empty ones kept none. */
  readonly ratio: number;
  /** Lower end of the interval of the share in the long run, by the chance of error of the look that gave it. */
  readonly low: number;
  /** Upper end of it. */
  readonly high: number;
  /** Requests that were counted. */
  readonly requests: number;
  /** By how many independent requests as much would be known: those that queue together miss together. */
  readonly effectiveRequests: number;
  /** Looks that were taken; each has its share of the chance of error. */
  readonly looks: number;
  /** Whether the interval lies wholly above the target (`held`), below it (`missed`), or neither (`open`). */
  readonly verdict: AttainmentVerdict;
}

/** Requests that were due in a stretch of a level, and those of them that missed an objective. */
export interface AttainmentBlock {
  count: number;
  missed: number;
}

/**
 * Holds a share of misses, `p = missed / count` over blocks of equal length, against the share that is allowed.
 *
 * Blocks tell how much misses cluster: `D = B / (B - 1) sum (missed_b - p count_b)^2 / (count p (1 - p))`, at least 1, is the
 * variance of p over that of independent requests, and `count / D` the number of effective requests. The interval is
 * Wilson's (1927) for that number, with Student's quantile of B - 1 degrees of freedom in place of the normal one.
 *
 * @param target share of requests that are to keep every objective
 * @param chance of an interval that does not hold the true share
 */
export function judgeAttainment(
  blocks: readonly AttainmentBlock[],
  target: number,
  chance: number,
): Omit<Attainment, 'looks'> | undefined {
  const requests = blocks.reduce((sum, { count }) => sum + count, 0);
  if (blocks.length < 2 || requests === 0) return undefined;
  const missed = blocks.reduce((sum, block) => sum + block.missed, 0);
  const share = missed / requests;
  const clustering = Math.max(1, clusteringOf(blocks, share), clusteringOf(inPairs(blocks), share));
  const effectiveRequests = requests / clustering;
  const [least, most] = wilson(share, effectiveRequests, studentQuantile(chance, blocks.length - 1));
  const allowed = 1 - target;
  return {
    ratio: 1 - share,
    low: 1 - most,
    high: 1 - least,
    requests,
    effectiveRequests,
    verdict: most < allowed ? 'held' : least > allowed ? 'missed' : 'open',
  };
}

/** The variance of the share over that of independent requests. */
function clusteringOf(blocks: readonly AttainmentBlock[], share: number): number {
  const requests = blocks.reduce((sum, { count }) => sum + count, 0);
  const squares = blocks.reduce((sum, { count, missed }) => sum + (missed - share * count) ** 2, 0);
  const independent = requests * share * (1 - share);
  return independent === 0 ? 1 : ((blocks.length / (blocks.length - 1)) * squares) / independent;
}

/** Neighbours put together; a last one without a neighbour stays alone. */
export function inPairs(blocks: readonly AttainmentBlock[]): AttainmentBlock[] {
  return Array.from({ length: Math.ceil(blocks.length / 2) }, (_, index) => {
    const [first, second] = [blocks[2 * index], blocks[2 * index + 1]];
    return {
      count: (first?.count ?? 0) + (second?.count ?? 0),
      missed: (first?.missed ?? 0) + (second?.missed ?? 0),
    };
  });
}

/** Wilson's interval of a share. @param z how many standard deviations wide, to either side */
function wilson(share: number, count: number, z: number): readonly [low: number, high: number] {
  const square = (z * z) / count;
  const middle = (share + square / 2) / (1 + square);
  const half = (z * Math.sqrt((share * (1 - share) + square / 4) / count)) / (1 + square);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
