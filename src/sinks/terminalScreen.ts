/** Where the terminal sink draws. */
export interface TerminalScreen {
  /** Read anew for every line: a person may change it. */
  readonly columns: number;
  readonly rows: number;
  /** Whether lines can be taken back: a terminal, not a file or a pipe. */
  readonly isLive: boolean;
  /** What goes to standard error is seen here as well: an error need not be told twice. */
  readonly showsErrors: boolean;
  /** Whether a person looks at it. */
  readonly isTerminal: boolean;
  write(text: string): void;
}
