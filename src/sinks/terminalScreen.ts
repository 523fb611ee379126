/** Where the terminal sink draws. */
export interface TerminalScreen {
  /** Read anew for every line: a person may change it. */
  readonly columns: number;
  readonly rows: number;
  /** Whether lines can be taken back: a terminal, not a file or a pipe. */
  readonly isLive: boolean;
  /** Whether a person looks at it, who sees the errors of the command there as well. */
  readonly isTerminal: boolean;
  write(text: string): void;
}
