import type { Writable } from 'node:stream';

/** A stream that words go to; where it is a terminal it knows its size, which may change. */
export interface Output extends Writable {
  /** Its file descriptor, where it has one. */
  readonly fd?: number;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Where the command line writes to. Verbs write nowhere else, so that they can be run within another program. */
export interface Terminal {
  readonly columns: number;
  /** Whether standard error is a terminal that has colours. */
  readonly color: boolean;
  /** Standard output. */
  readonly output: Output;
  /** Standard error. */
  readonly errors: Output;
  writeOut(text: string): void;
  writeError(text: string): void;
}
