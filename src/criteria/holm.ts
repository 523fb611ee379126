/**
 * Corrects the p values of several tests for their number (Holm 1979): however many hypotheses hold, the chance that any
 * of them is rejected at a level stays below that level, whatever the tests have to do with each other.
 *
 * @returns the adjusted values, in the order of the given ones: the k-th smallest times the number of those that are left,
 *   and never below one before it
 */
export function holm(pValues: readonly number[]): readonly number[] {
  const adjusted: number[] = [];
  const ascending = pValues.map((p, index) => ({ p, index })).sort((one, other) => one.p - other.p);
  let largest = 0;
  for (const [rank, { p, index }] of ascending.entries()) {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}
