import { closeSync, copyFileSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Of LMDB's file format: each of the first two pages is a copy of the file's head.
const magicAt = 24;
const magic = 0xbeefc0de;
const pageSizeAt = 48;
const lastPageAt = 144;
const transactionAt = 152;
const headBytes = 160;

interface Head {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: bigint;
}

/**
 * Whether a file begins as an LMDB database does. LMDB itself maps whatever it is given into memory, and a file that is
 * none, such as an empty one that a crash left, takes the process down with it.
 */
export function isLmdbFile(path: string): boolean {
  return inspect(path, ({ isDatabase }) => isDatabase);
}

/** A file that LMDB can map as it is, and what to do once it is closed. */
export interface MappableFile {
  readonly path: string;
  discard(): void;
}

/**
 * The file itself, or, where it is shorter than its own head says, a copy with zeros in place of what is missing: to read
 * beyond the end of a mapped file kills the process, while zeros are found out as damage.
 */
export function toMappable(path: string): MappableFile {
  const missing = inspect(path, ({ wholeBytes, bytes }) => (bytes < wholeBytes ? wholeBytes : undefined));
  if (missing === undefined) return { path, discard: () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  const copy = join(folder, 'log.mdb');
  copyFileSync(path, copy);
  truncateSync(copy, missing);
  return { path: copy, discard: () => rmSync(folder, { recursive: true, force: true }) };
}

interface FileFacts {
  readonly isDatabase: boolean;
  readonly bytes: number;
  readonly wholeBytes: number;
}

function inspect<T>(path: string, judge: (facts: FileFacts) => T): T {
  const file = openSync(path, 'r');
  try {
    const first = readHead(file, 0);
    const second = first === undefined ? undefined : readHead(file, first.pageSize);
    const newest =
      first !== undefined && second !== undefined && second.transaction > first.transaction ? second : first;
    return judge({
      isDatabase: second !== undefined && second.pageSize === first?.pageSize,
      bytes: fstatSync(file).size,
      wholeBytes: newest === undefined ? 0 : (newest.lastPage + 1) * newest.pageSize,
    });
  } finally {
    closeSync(file);
  }
}

function readHead(file: number, position: number): Head | undefined {
  const head = Buffer.alloc(headBytes);
  if (readSync(file, head, 0, headBytes, position) < headBytes || head.readUInt32LE(magicAt) !== magic)
    return undefined;
  return {
    pageSize: head.readUInt32LE(pageSizeAt),
    lastPage: Number(head.readBigUInt64LE(lastPageAt)),
    transaction: head.readBigUInt64LE(transactionAt),
  };
}
