/** Kolmogorov's distance of gaps from an exponential distribution of the same given mean, times the root of their number. */
export function exponentialDistance(gaps: readonly number[], mean: number): number {
  const sorted = gaps.toSorted((one, other) => one - other);
  const distance = sorted.reduce((largest, gap, index) => {
    const expected = 1 - Math.exp(-gap / mean);
    return Math.max(largest, expected - index / sorted.length, (index + 1) / sorted.length - expected);
  }, 0);
  return distance * Math.sqrt(gaps.length);
}

/** Kolmogorov's distance is beyond this once in 1 000 samples. */
export const kolmogorovLimit = 1.95;

/** Variance over mean of the numbers of arrivals in stretches of equal width: 1 for Poisson. */
export function dispersion(atMs: readonly number[], endMs: number, stretches: number): number {
  const counts = new Array<number>(stretches).fill(0);
  for (const ms of atMs) {
    const index = Math.floor((ms / endMs) * stretches);
    if (index >= 0 && index < stretches) counts[index] = (counts[index] ?? 0) + 1;
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / stretches;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (stretches - 1) / mean;
}

/** Differences of neighbours. */
export function gapsOf(atMs: readonly number[]): readonly number[] {
  return atMs.slice(1).map((ms, index) => ms - (atMs[index] as number));
}
