/**
 * The name that was probably meant: the nearest by Levenshtein's distance, if it is near enough, or one that holds all
 * of what was typed.
 */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(typed.length / 3));
  let nearest: string | undefined;
  let least = limit + 1;
  for (const name of names) {
    const distance = editDistance(typed, name);
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest ?? (typed.length < 4 ? undefined : names.find((name) => name.includes(typed)));
}

/** Levenshtein's distance: insertions, deletions and replacements that turn one word into the other. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** ` Did you mean num_clients?`, or nothing. */
export function didYouMean(typed: string, names: readonly string[], prefix = ''): string {
  const nearest = nearestName(typed, names);
  return nearest === undefined ? '' : ` Did you mean ${prefix}${nearest}?`;
}
