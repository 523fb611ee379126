import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

// LMDB's file format, data version 2 ("mdb.c" of the pinned package), as far as a log uses it: little-endian, pages of one
// size that begin with their own number, the transaction that wrote them, and what they are.
const pageTransactionAt = 8;
const flagsAt = 18;
const pageHeaderBytes = 24;
/** What a page is. */
export const pageKinds = { branch: 1, leaf: 2, run: 4 } as const;

// Each of the first two pages holds a copy of the file's head, written in turns.
const magicAt = 24;
const magic = 0xbeefc0de;
const pageSizeAt = 48;
const catalogRootAt = 136;
const lastPageAt = 144;
const transactionAt = 152;
const headBytes = 160;

/** The state of a database after one transaction: the pages that it reaches stay as they are while it is the newest but one. */
export interface Head {
  readonly transaction: number;
  /** Root page of the table of tables. */
  readonly catalogRoot: number;
  readonly pageSize: number;
  readonly lastPage: number;
}

/** Where a large value lies: pages of its own, one after the other. */
export interface PageRun {
  readonly page: number;
  readonly bytes: number;
}

/** A page, and where each of its nodes begins. */
export interface Page {
  readonly bytes: Buffer;
  readonly kind: number;
  readonly nodes: readonly number[];
}

/**
 * An LMDB file, read page by page with plain reads. LMDB itself maps a file into memory: then a log that is shorter than it
 * says takes the process down, and every page that was looked at counts as memory of ours.
 */
export class LmdbFile {
  readonly #file: number;
  /** Used for one value after the other. */
  #run = Buffer.alloc(0);

  /** Opens a file for reading; `undefined` where it is no database. */
  static open(path: string): LmdbFile | undefined {
    const file = new LmdbFile(openSync(path, 'r'));
    if (file.#heads().length === 2) return file;
    file.close();
    return undefined;
  }

  private constructor(file: number) {
    this.#file = file;
  }

  /** The newest head: a writer may have gone on since the last look. */
  head(): Head {
    return this.#heads().reduce((one, other) => (other.transaction > one.transaction ? other : one));
  }

  /** Says how much is missing of a file that is shorter than its head has it; `undefined` where nothing is. */
  shortness(): string | undefined {
    const { lastPage, pageSize } = this.head();
    const [bytes, whole] = [fstatSync(this.#file).size, (lastPage + 1) * pageSize];
    return bytes < whole ? `the file ends at ${bytes} of ${whole} bytes` : undefined;
  }

  /** @throws Error where the file has no such page, or another than that of the transaction at its place */
  page(number: number, head: Head): Page {
    const bytes = Buffer.allocUnsafe(head.pageSize);
    this.#read(bytes, number, head);
    return { bytes, kind: bytes.readUInt16LE(flagsAt), nodes: nodesOf(bytes) };
  }

  /** A large value, good until the next one is read. @throws Error as {@link page} does */
  run({ page, bytes }: PageRun, head: Head): Buffer {
    const whole = pageHeaderBytes + bytes;
    if (this.#run.length < whole) this.#run = Buffer.allocUnsafe(2 * whole);
    this.#read(this.#run.subarray(0, whole), page, head);
    if (this.#run.readUInt16LE(flagsAt) !== pageKinds.run) throw new Error(`page ${page} is no large value`);
    return this.#run.subarray(pageHeaderBytes, whole);
  }

  close(): void {
    closeSync(this.#file);
  }

  #read(into: Buffer, page: number, { pageSize, transaction }: Head): void {
    const read = readSync(this.#file, into, 0, into.length, page * pageSize);
    if (read < into.length) throw new Error(this.shortness() ?? `page ${page} is beyond the end of the file`);
    // A page that is used anew says so, and a page of zeros is none.
    const isOwn = into.readUIntLE(0, 6) === page && into.readUIntLE(pageTransactionAt, 6) <= transaction;
    if (!isOwn) throw new Error(`page ${page} is not what it should be`);
  }

  #heads(): readonly Head[] {
    const first = this.#headAt(0);
    const second = first === undefined ? undefined : this.#headAt(first.pageSize);
    return [first, second].filter((head) => head !== undefined);
  }

  #headAt(position: number): Head | undefined {
    const head = Buffer.alloc(headBytes);
    const read = readSync(this.#file, head, 0, headBytes, position);
    if (read < headBytes || head.readUInt32LE(magicAt) !== magic) return undefined;
    return {
      transaction: head.readUIntLE(transactionAt, 6),
      catalogRoot: head.readUIntLE(catalogRootAt, 6),
      pageSize: head.readUInt32LE(pageSizeAt),
      lastPage: head.readUIntLE(lastPageAt, 6),
    };
  }
}

function nodesOf(page: Buffer): readonly number[] {
  const count = page.readUInt16LE(20) >> 1;
  return Array.from({ length: count }, (_, index) => page.readUInt16LE(pageHeaderBytes + 2 * index) + pageHeaderBytes);
}
