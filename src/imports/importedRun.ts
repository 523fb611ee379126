import type { FailureKind, JsonValue, Load, TokenSource } from '../events/events.ts';

/**
 * A request as another tool kept it. Times count from its own sending; what the file does not say is absent.
 */
export interface ImportedRequest {
  readonly client: number;
  /** When it was sent, ms from the level's start; absent where the file has durations only. */
  readonly sentAtMs?: number;
  readonly promptTokens: number;
  readonly maxNewTokens?: number;
  readonly streamed: boolean;
  /** Absent where no output came. */
  readonly firstTokenMs?: number;
  readonly lastTokenMs?: number;
  /** Arrival of each chunk, where the file has them all. */
  readonly chunksMs?: readonly number[];
  /** How many chunks came, where the file counts them but does not say when. */
  readonly chunks?: number;
  /** When the answer ended; the last token where the tool did not look further. */
  readonly closedMs: number;
  readonly outputTokens: number;
  readonly tokenSource: TokenSource;
  readonly failure?: ImportedFailure;
  readonly text?: { readonly prompt: string; readonly answer: string; readonly raw?: string };
}

export interface ImportedFailure {
  readonly kind: FailureKind;
  readonly reason: string;
  readonly message: string;
  readonly httpStatus?: number;
}

/** One load of another tool's run. */
export interface ImportedLevel {
  readonly load: Load;
  readonly clients: number;
  readonly promptLength: number;
  readonly maxNewTokens: number;
  readonly streaming: boolean;
  /** How long the tool says that it took; absent where it does not say. */
  readonly seconds?: number;
  readonly requests: readonly ImportedRequest[];
}

/** What a file says, in our words. */
export interface ImportedRun {
  readonly model: string;
  readonly tokenizer: string;
  /** ISO 8601; absent where the file does not say. */
  readonly startedAt?: string;
  /** What tells the sweep that the level belongs to from others: files that agree on it are levels of one sweep. */
  readonly sweepOptions: { readonly [option: string]: JsonValue };
  readonly level: ImportedLevel;
  /** What the file lacks, or what was worked out and how: kept in the log as warnings. */
  readonly notes: readonly string[];
  readonly checks: readonly FigureCheck[];
}

/** A figure of the tool's own summary beside ours by that tool's formula. */
export interface FigureCheck {
  readonly figure: string;
  readonly stated: number;
  /** Absent where the file does not have what it takes. */
  readonly ours?: number;
  /** The share by which ours may be off, where the file has what it takes in fewer digits. */
  readonly within?: number;
}

/** Reads one file, with one load in it or several. @throws SpeedometerError `usage` where it is not what it should be */
export type Importer = (path: string) => ImportedRun | readonly ImportedRun[];
