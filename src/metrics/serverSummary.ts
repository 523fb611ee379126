/** A gauge of the server over the steady window. */
export interface ServerGauge {
  /** Mean of the samples. */
  readonly mean: number;
  /** The largest sample. */
  readonly max: number;
}

/** Percentiles are as near as the server's buckets: linear within one, as Prometheus reads them. */
export interface ServerLatency {
  /** Arithmetic mean. */
  readonly mean: number;
  /** The median. */
  readonly p50?: number;
  /** 99 in 100 are not above it. */
  readonly p99?: number;
  /** Requests that it is of. */
  readonly count: number;
}

/**
 * What the server said of itself in one level. Gauges are over the samples of the steady window; all else counts from the
 * level's start to its end, warm-ups left out but in `requests`. What the server does not tell is absent.
 */
export interface ServerSummary {
  /** Samples in the steady window. */
  readonly samples: number;
  /** Requests in the batch. */
  readonly running?: ServerGauge;
  /** Requests in the queue. */
  readonly waiting?: ServerGauge;
  /** Share of the KV cache that is in use. */
  readonly kvCacheRatio?: ServerGauge;
  /** Requests that lost their place in the batch. */
  readonly preemptions?: number;
  /** Prompt tokens that it counted. */
  readonly promptTokens?: number;
  /** Output tokens that it counted. */
  readonly outputTokens?: number;
  /** Tokens found in the prefix cache over tokens looked up. Absent where none was looked up. */
  readonly prefixCacheHitRatio?: number;
  /** From before the warm-up to the level's end: how many the server finished, and how many of ours it should have. */
  readonly requests?: {
    /** Those that it finished, whoever sent them. */
    readonly server: number;
    /** Those of ours that were answered in full. */
    readonly completed: number;
    /** Those too that failed or were cut off: the server may have finished them or not. */
    readonly sent: number;
  };
  /** By the server's own clock. */
  readonly ttftMs?: ServerLatency;
  /** The mean that we saw, over the same requests: all that the level measured and were answered. */
  readonly ourTtftMs?: number;
}
