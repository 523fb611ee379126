/**
 * The exact percentile of ascending values: linear interpolation on rank `(n - 1) p`, as numpy and R type 7 have it.
 *
 * @param p share, 0 to 1
 * @returns `undefined` where there are no values
 */
export function percentileOfSorted(sorted: Float64Array, p: number): number | undefined {
  const rank = (sorted.length - 1) * p;
  const lower = Math.floor(rank);
  const low = sorted[lower];
  const high = sorted[Math.ceil(rank)];
  if (low === undefined || high === undefined) return undefined;
  return low + (high - low) * (rank - lower);
}

/** A p99 of fewer values than this is a rough figure: too few lie beyond it. */
export const enoughForP99 = 459;
