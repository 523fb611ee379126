import { closeSync, openSync, readSync } from 'node:fs';

// Of LMDB's file format: each of the first two pages is a copy of the file's head.
const magicAt = 24;
const magic = 0xbeefc0de;
const pageSizeAt = 48;
const headBytes = 160;

/**
 * Whether a file begins as an LMDB database does. LMDB itself maps whatever it is given into memory, and a file that is
 * none, such as an empty one that a crash left, takes the process down with it.
 */
export function isLmdbFile(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const pageSize = readPageSize(file, 0);
    return pageSize !== undefined && readPageSize(file, pageSize) === pageSize;
  } finally {
    closeSync(file);
  }
}

function readPageSize(file: number, position: number): number | undefined {
  const head = Buffer.alloc(headBytes);
  if (readSync(file, head, 0, headBytes, position) < headBytes || head.readUInt32LE(magicAt) !== magic)
    return undefined;
  return head.readUInt32LE(pageSizeAt);
}
