/** Where the command line writes to. */
export interface Terminal {
  readonly columns: number;
  /** Whether standard error is a terminal that has colours. */
  readonly color: boolean;
  writeOut(text: string): void;
  writeError(text: string): void;
}
