import type { FailureKind, LevelStatus, Load, TokenSource } from '../events/events.ts';

/** Spread of one figure over the requests of a level. What was not measured is absent, never 0. */
export interface Distribution {
  readonly mean?: number;
  /** Of the sample (n - 1). */
  readonly sd?: number;
  readonly min?: number;
  readonly p50?: number;
  readonly p90?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly max?: number;
  readonly count: number;
  /** Requests for which the figure is not defined (TPOT of an answer of one token). */
  readonly undefinedCount: number;
}

/** Throughput over one stretch of a level. */
export interface Throughput {
  readonly seconds: number;
  /** Completed requests, each credited by the share of its output that arrived in the stretch, a second. */
  readonly requestsPerSec: number;
  /** Requests that completed in the stretch, a second. */
  readonly completedPerSec: number;
  /** Output tokens credited at the arrival of their chunk. */
  readonly outputTokensPerSec?: number;
  /** Prompt tokens of requests, credited when their first token came (not streamed: when they completed). */
  readonly inputTokensPerSec: number;
  /** Half the width of the 95 % interval of the throughput from 10 batch means, as a share of it. */
  readonly relativeHalfWidth?: number;
}

export type GeneratorVerdict = 'ok' | 'clientLimited' | 'unknown';

export interface GeneratorHealth {
  readonly verdict: GeneratorVerdict;
  readonly loopDelayP99Ms?: number;
  readonly cpuRatio?: number;
  readonly lateSendRatio?: number;
  /** Why it is not `ok`, in words. */
  readonly reason?: string;
}

/** All figures of one level; the terminal, `summary.json` and the curve read nothing else. */
export interface LevelSummary {
  readonly level: number;
  readonly sweep: number;
  readonly load: Load;
  readonly clients: number;
  readonly promptLength: number;
  readonly maxNewTokens: number;
  readonly streaming: boolean;
  readonly status: LevelStatus;
  readonly reason?: string;
  readonly requests: {
    readonly planned: number;
    readonly completed: number;
    readonly failed: number;
    readonly empty: number;
    readonly cutOff: number;
    readonly unsent: number;
    readonly throttled: number;
    readonly byFailureKind: Partial<Record<FailureKind, number>>;
  };
  /** Means of what was asked and what came, in tokens. */
  readonly achieved: {
    readonly promptTokens?: number;
    readonly outputTokens?: number;
    readonly askedOutputTokens?: number;
  };
  /** Completed requests by where their count of output tokens came from. */
  readonly tokenSources: Partial<Record<TokenSource, number>>;
  /** From every client's first measured request until the first client finds no more work. Absent where that is empty. */
  readonly steady?: Throughput;
  /** From the level's start until the first client finds no more work. */
  readonly whole?: Throughput;
  readonly queueMs: Distribution;
  readonly ttftMs: Distribution;
  readonly tpotMs: Distribution;
  readonly itlMs: Distribution;
  readonly e2eMs: Distribution;
  readonly maxStallMs: Distribution;
  /** Over the chunks of completed requests; absent where only chunks are counted. */
  readonly tokensPerChunk?: { readonly mean: number; readonly max: number };
  /** `clients / mean e2e`: what tools print that measure nothing over time. */
  readonly estimatedRequestsPerSec?: number;
  /** Completed a second x mean e2e / mean number in flight; 1 where the figures agree. */
  readonly littleRatio?: number;
  readonly generator: GeneratorHealth;
  /** Mean e2e over all completed measured requests of the level, whichever stretch they fall in. */
  readonly meanE2eMs?: number;
}
