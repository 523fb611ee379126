import { type Head, type LmdbFile, pageKinds } from './lmdbFile.ts';
import { type Entry, entryAt, numberKey } from './lmdbTable.ts';

/** Entries of a database without its index: of which table they are cannot be told. */
export interface LooseEntries {
  /** The largest key that is not above `limit`; `undefined` where there is none. */
  keyUpTo(limit: number): number | undefined;
  /** Those that can be read. */
  entriesOf(key: number): Iterable<Entry>;
}

/** Where a node stands; page and node are as {@link LmdbFile.page} has them. */
interface Place {
  readonly page: number;
  readonly node: number;
}

/**
 * Looks through all pages of a file for leaves, those that the index has no more among them: a leaf is written anew whenever
 * it gains an entry, and what it held before stays true, since nothing in a log is ever changed.
 */
export function looseEntries(file: LmdbFile): LooseEntries {
  const head = file.head();
  const places = new Map<number, Place[]>();
  for (let page = 2; page <= head.lastPage; page++) {
    for (const { key, node } of keysOf(file, page, head)) {
      const known = places.get(key);
      if (known === undefined) places.set(key, [{ page, node }]);
      else known.push({ page, node });
    }
  }
  return {
    keyUpTo(limit) {
      let largest: number | undefined;
      for (const key of places.keys()) if (key <= limit && (largest === undefined || key > largest)) largest = key;
      return largest;
    },
    *entriesOf(key) {
      for (const { page, node } of places.get(key) ?? []) {
        const entry = readOrNot(() => entryAt(file, file.page(page, head), node, head));
        if (entry !== undefined) yield entry;
      }
    },
  };
}

function keysOf(
  file: LmdbFile,
  number: number,
  head: Head,
): readonly { readonly key: number; readonly node: number }[] {
  const found = readOrNot(() => {
    const { bytes, kind, nodes } = file.page(number, head);
    if (kind !== pageKinds.leaf) return [];
    return nodes.map((node) => ({ key: numberKey(bytes, node), node }));
  });
  return (found ?? []).flatMap(({ key, node }) => (key === undefined ? [] : [{ key, node }]));
}

/** What is no page of that kind, or is not there, is passed over: the search goes on behind it. */
function readOrNot<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch {
    return undefined;
  }
}
