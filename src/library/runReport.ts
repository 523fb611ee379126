import type { RunSummary } from '../metrics/runSummary.ts';

/** What a run, or its replay, comes to. */
export interface RunReport {
  /** All figures; what `summary.json` has. */
  readonly summary: RunSummary;
  /** Where the log is: what `replay()` takes. */
  readonly folder: string;
  /** SHA-256 over windows, level summaries and decisions. A replay with the run's own options has that of the run. */
  readonly digest: string;
  /** What the command would end with: 0, or 3 where too many requests failed, 130 where it was interrupted. */
  readonly exitCode: number;
  /** Why, in words, where it is not 0. */
  readonly reason?: string;
}
