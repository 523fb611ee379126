/** When the parts of an answer came, counted from its sending. */
export interface AnswerTimes {
  /** Absent where the answer was not streamed. */
  readonly ttftMs: number | undefined;
  /** The last token; the end of the answer where it was not streamed. */
  readonly lastMs: number;
  /** The end of the stream. */
  readonly closedMs: number;
  readonly outputTokens: number;
}

/** A value of a request, and how often it counts. */
export interface WeightedMs {
  readonly valueMs: number;
  readonly weight: number;
}

/** Figures that a tool has a formula for, under our names. */
export type DefinedFigure = 'ttft' | 'tpot' | 'itl' | 'e2e' | 'requests' | 'tokens' | 'percentiles';

/** `stepped`: the smallest value with at least that share of the weight below or at it. */
export type PercentileRule = 'linear' | 'stepped';

/**
 * The formulas by which another tool takes its figures, for the same run to be held beside its results. All of them look
 * at every measured request of a level that was answered, with ramp and drain, and divide by n for a standard deviation.
 */
export interface Definitions {
  readonly tool: string;
  /** The release whose formulas these are, and with whose code they were checked; absent where there is none. */
  readonly version?: string;
  /** Where they stand in it. */
  readonly source: string;
  e2eMs(times: AnswerTimes): number;
  /** Absent for a tool that looks at whole answers only. */
  tpotMs?(times: AnswerTimes): WeightedMs | undefined;
  /** `chunkGaps`: all gaps between chunks, pooled; absent where the tool has none. */
  readonly itlMs?: 'chunkGaps' | ((times: AnswerTimes) => WeightedMs | undefined);
  readonly percentiles: PercentileRule;
  /** `overRun`: what came / the time from the first sending to the last end; `overLatency`: clients / mean latency. */
  readonly throughput: 'overRun' | 'overLatency';
  /** In plain words, with the tool's own names. */
  readonly formulas: Readonly<Partial<Record<DefinedFigure, string>>>;
  /** How they differ from ours: a sentence each. */
  readonly differences: readonly string[];
}

/** The tool and its release. */
export function releaseOf({ tool, version }: Pick<Definitions, 'tool' | 'version'>): string {
  return version === undefined ? tool : `${tool} ${version}`;
}

/** A value that counts once. */
export function once(valueMs: number): WeightedMs {
  return { valueMs, weight: 1 };
}
