import type { OptionSpec } from '../config/optionSpec.ts';
import type { Terminal } from './terminal.ts';

/** A command of the command line: what help says of it, and how it starts. */
export interface Verb {
  /** One line. */
  readonly purpose: string;
  /** What follows the program's name. */
  readonly usage: string;
  /** Arguments that work as they stand. */
  readonly examples: readonly string[];
  /** What it takes; arguments may name a client that brings options of its own. */
  readonly options: (argv: readonly string[]) => readonly OptionSpec[] | Promise<readonly OptionSpec[]>;
  /** Does the work, loading it only now. @returns the exit code */
  readonly start: (argv: readonly string[], terminal: Terminal) => Promise<number>;
}
