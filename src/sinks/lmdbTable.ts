import { type Head, type LmdbFile, type Page, pageKinds } from './lmdbFile.ts';

// A node: 32 bits of size (a branch's page number takes 48), flags, size of its key, key, value.
const nodeFlagsAt = 4;
const keySizeAt = 6;
const keyAt = 8;
const isRun = 1;
const keyBytes = 4;
const tableRootAt = 40;
const noPage = 2 ** 48 - 1;

/** A value under the number that is its key. */
export interface Entry {
  readonly key: number;
  /** Good until the next one is read. */
  readonly value: Buffer;
}

/**
 * The entries of a table with numbers for keys, in their order: those from `from` on, after the last one before it. A writer
 * may go on meanwhile: then what it adds is there too.
 *
 * @throws Error while they are read, at the first page that cannot be
 */
export function* tableEntries(file: LmdbFile, name: string, from = 0): Iterable<Entry> {
  let last: number | undefined;
  for (let head = file.head(); ; ) {
    try {
      for (const entry of treeEntries(file, rootOf(file, name, head), last ?? from, head)) {
        if (last !== undefined && entry.key <= last) continue;
        last = entry.key;
        yield entry;
      }
      return;
    } catch (thrown) {
      const newer = file.head();
      if (newer.transaction === head.transaction) throw thrown;
      head = newer; // the page was used for something else in the meantime
    }
  }
}

/** The value of one entry; `undefined` where there is none. @throws Error where a page on the way to it cannot be read */
export function tableValue(file: LmdbFile, name: string, key: number): Buffer | undefined {
  for (const entry of tableEntries(file, name, key))
    if (entry.key >= key) return entry.key === key ? entry.value : undefined;
  return undefined;
}

/** Whether there is a table of that name; `undefined` where that cannot be told any more. */
export function hasTable(file: LmdbFile, name: string): boolean | undefined {
  try {
    return rootOf(file, name, file.head()) !== undefined;
  } catch {
    return undefined;
  }
}

/** Reads an entry of a leaf; `undefined` where its key is no number. */
export function entryAt(file: LmdbFile, { bytes }: Page, node: number, head: Head): Entry | undefined {
  const key = numberKey(bytes, node);
  return key === undefined ? undefined : { key, value: valueAt(file, bytes, node, head) };
}

/** The key of a node; `undefined` where it is no number. */
export function numberKey(page: Buffer, node: number): number | undefined {
  return page.readUInt16LE(node + keySizeAt) === keyBytes ? page.readUInt32LE(node + keyAt) : undefined;
}

function* treeEntries(file: LmdbFile, root: number | undefined, from: number, head: Head): Iterable<Entry> {
  if (root === undefined || root === noPage) return;
  const page = file.page(root, head);
  const { bytes, kind, nodes } = page;
  if (kind !== pageKinds.branch && kind !== pageKinds.leaf) throw new Error(`page ${root} is no part of a table`);
  // The first key of a branch is empty: it stands for all that are smaller.
  const first = nodes.findLastIndex((node) => (numberKey(bytes, node) ?? 0) <= from);
  for (const node of nodes.slice(Math.max(0, first))) {
    if (kind === pageKinds.branch) yield* treeEntries(file, bytes.readUIntLE(node, 6), from, head);
    else {
      const entry = entryAt(file, page, node, head);
      if (entry !== undefined) yield entry;
    }
  }
}

/** The root of a table; `undefined` where there is no such table. It is one of four, so that they all stand in one leaf. */
function rootOf(file: LmdbFile, name: string, head: Head): number | undefined {
  if (head.catalogRoot === noPage) return undefined;
  const { bytes, nodes } = file.page(head.catalogRoot, head);
  for (const node of nodes) {
    const valueFrom = node + keyAt + bytes.readUInt16LE(node + keySizeAt);
    if (bytes.toString('latin1', node + keyAt, valueFrom).replace(/\0$/, '') !== name) continue;
    return bytes.readUIntLE(valueFrom + tableRootAt, 6);
  }
  return undefined;
}

function valueAt(file: LmdbFile, page: Buffer, node: number, head: Head): Buffer {
  const bytes = page.readUInt32LE(node);
  const from = node + keyAt + page.readUInt16LE(node + keySizeAt);
  if ((page.readUInt16LE(node + nodeFlagsAt) & isRun) === 0) return page.subarray(from, from + bytes);
  return file.run({ page: page.readUIntLE(from, 6), bytes }, head);
}
