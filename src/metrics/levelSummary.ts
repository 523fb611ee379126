import type { FailureKind, LevelStatus, Load, TokenSource } from '../events/events.ts';
import type { ObjectiveFigures } from './objectiveTally.ts';
import type { ArrivalFigures } from './openLoopTally.ts';
import type { ServerSummary } from './serverSummary.ts';

/** Spread of one figure over the requests of a level. What was not measured is absent, never 0. */
export interface Distribution {
  /** Arithmetic mean. */
  readonly mean?: number;
  /** Of the sample (n - 1). */
  readonly sd?: number;
  /** The smallest. */
  readonly min?: number;
  /** The median: linear interpolation on rank (n - 1) p, as for all percentiles. */
  readonly p50?: number;
  /** 9 in 10 are not above it; a rough figure with fewer than 44 values. */
  readonly p90?: number;
  /** 19 in 20 are not above it; a rough figure with fewer than 90 values. */
  readonly p95?: number;
  /** 99 in 100 are not above it; a rough figure with fewer than 459 values. */
  readonly p99?: number;
  /** The largest. */
  readonly max?: number;
  /** Values that the figures are of. */
  readonly count: number;
  /** Requests for which the figure is not defined (TPOT of an answer of one token). */
  readonly undefinedCount: number;
}

/** Throughput over one stretch of a level. */
export interface Throughput {
  /** Length of the stretch, in seconds. */
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

/** What failures are grouped by where their words are kept; those that were throttled are apart from the other HTTP errors. */
export type FailureTopic = FailureKind | 'throttled';

export type GeneratorVerdict = 'ok' | 'clientLimited' | 'unknown';

/** How well the load generator kept up with a level. */
export interface GeneratorHealth {
  /** `clientLimited`: the figures are those of the load generator, not of the server. `unknown`: too few samples to tell. */
  readonly verdict: GeneratorVerdict;
  /** Processes or threads that carried the level's clients, as far as they gave a sample. */
  readonly workers?: number;
  /** Timers whose lateness was taken; fewer than 459 make a rough p99. */
  readonly samples?: number;
  /** 99th percentile of how late timers of the workers were, over all of them. */
  readonly loopDelayP99Ms?: number;
  /** CPU time of the busiest worker over the level; 1 is a whole core. */
  readonly cpuRatio?: number;
  /** Share of requests that were sent over 10 ms after they were due. */
  readonly lateSendRatio?: number;
  /** The longest time in which a worker did nothing at all, where that was over 2 s: it was stopped, or had no processor. */
  readonly stoodStillMs?: number;
  /** The largest jump of the wall clock, forwards or (negative) backwards: it was set, or the machine slept. Absent under 1 s. */
  readonly wallJumpMs?: number;
  /** Why it is not `ok`, in words. */
  readonly reason?: string;
}

/** Latencies from the sending of each request, where the headline counts from when it was due. */
export interface SentLatencies {
  /** To the first output. Only of streams. */
  readonly ttftMs: Distribution;
  /** To the last output. */
  readonly e2eMs: Distribution;
}

/** What came of the requests of one turn, over all conversations of a level. */
export interface TurnFigures {
  /** Which turn of its conversation, from 1. */
  readonly turn: number;
  /** It stands for all later turns too. Absent where there are none. */
  readonly andLater?: true;
  /** Measured requests that were sent, however they ended and whenever. */
  readonly sent: number;
  /** Of those, answered in full, with output. */
  readonly completed: number;
  /** Mean length of the prompts of those completed, all that was said before included, by our tokenizer; tokens. */
  readonly promptTokens?: number;
  /** To the first output, of requests in the steady window. Only of streams. */
  readonly ttftMs: Distribution;
  /** To the last output, of requests in the steady window. */
  readonly e2eMs: Distribution;
}

/** All figures of one level; the terminal, `summary.json` and the curve read nothing else. */
export interface LevelSummary {
  /** The level's number in the run, from 0. */
  readonly level: number;
  /** The `id` of the sweep that it belongs to. */
  readonly sweep: number;
  /** How hard the level pushed. */
  readonly load: Load;
  /** Parallel clients; in an open loop the workers that share its arrivals. */
  readonly clients: number;
  /** Mean length of prompts that was asked for, in tokens. */
  readonly promptLength: number;
  /** Mean length of answers that was asked for, in tokens. */
  readonly maxNewTokens: number;
  /** Whether answers were asked for as streams. */
  readonly streaming: boolean;
  /** Share of prompt tokens that a prefix cache could answer for, at most, by how prompts were made. Absent where no prefix was shared on purpose. */
  readonly expectedPrefixHitRatio?: number;
  /** Only durations are known, not when requests were sent (results of another tool): nothing is measured over time. */
  readonly untimed?: true;
  /** How the level ended; `degraded`: a part of the load generator was lost. The figures of `skipped` ones are those of an earlier run. */
  readonly status: LevelStatus;
  /** Why it did not end by itself, in words. */
  readonly reason?: string;
  /** Measured requests by how they ended: planned = completed + failed + empty + cutOff + unsent. */
  readonly requests: {
    /** All that the level was to send. */
    readonly planned: number;
    /** Answered in full, with output. */
    readonly completed: number;
    /** Failed by what the server or the network did; `byFailureKind` tells them apart. */
    readonly failed: number;
    /** Answered without any output; in no latency. */
    readonly empty: number;
    /** Cut off by us, where a level was ended; no failures. */
    readonly cutOff: number;
    /** Never sent, since the level ended before. */
    readonly unsent: number;
    /** Of those failed, turned away: HTTP 429, 503 or 529, or an overload in the server's own words. */
    readonly throttled: number;
    /** Of those throttled, told so within a stream that had begun with HTTP 200. Absent where there are none. */
    readonly throttledStreams?: number;
    /** Failed tries that were sent again (`--retries`), of requests however they ended. Absent where there are none. */
    readonly retries?: number;
    /** Of those completed, streams whose whole output came at one moment. Absent where there are none. */
    readonly atOnce?: number;
    /** Of those completed, answers of another length than was asked for, by the server's own count. Absent where there are none. */
    readonly otherLength?: number;
    /** Of those failed, how many of each kind. */
    readonly byFailureKind: Partial<Record<FailureKind, number>>;
    /** The words that the server, or the system, used most often for failures of a kind. Absent where there are none. */
    readonly messages?: Partial<Record<FailureTopic, string>>;
  };
  /** Means of what was asked and what came, in tokens. */
  readonly achieved: {
    /** Of prompts, by our tokenizer. */
    readonly promptTokens?: number;
    /** Of answers; absent where only chunks could be counted. */
    readonly outputTokens?: number;
    /** Of answers, as they were asked for. */
    readonly askedOutputTokens?: number;
  };
  /** Completed requests by where their count of output tokens came from. */
  readonly tokenSources: Partial<Record<TokenSource, number>>;
  /** From every client's first measured request until the first client finds no more work. Absent where that is empty. */
  readonly steady?: Throughput;
  /** From the level's start until the first client finds no more work. */
  readonly whole?: Throughput;
  /** From the moment a request was due until it was sent: the lateness of the load generator. */
  readonly queueMs: Distribution;
  /** From sending (open loop: from when it was due) to the first output. Only of streams. */
  readonly ttftMs: Distribution;
  /** Time per output token after the first: (last - first) / (tokens - tokens of the first chunk). Only of streams. */
  readonly tpotMs: Distribution;
  /** Gaps between tokens, over all requests together: a gap between chunks / the tokens of the chunk that ended it. Only of streams. */
  readonly itlMs: Distribution;
  /** From sending (open loop: from when it was due) to the last output (not streamed: to the end of the answer), of requests that were sent in the steady window: `mean` is what throughput is held against. Compare `meanE2eMs`. */
  readonly e2eMs: Distribution;
  /** By the turn of their conversation what came of the requests, by our formulas, ascending. Absent where requests stand by themselves. */
  readonly turns?: readonly TurnFigures[];
  /** Of a level whose requests arrive at a rate: what came of the arrivals. */
  readonly arrivals?: ArrivalFigures;
  /** Of such a level: latencies from the sending, which hide what waited for it. */
  readonly fromSent?: SentLatencies;
  /** How it kept what was asked of its requests. Absent without `--objective`. */
  readonly objectives?: ObjectiveFigures;
  /** The largest gap between two chunks of a request. Only of streams. */
  readonly maxStallMs: Distribution;
  /** Over the chunks of completed requests; absent where only chunks are counted. */
  readonly tokensPerChunk?: {
    /** Tokens over chunks. */
    readonly mean: number;
    /** The most in one chunk. */
    readonly max: number;
  };
  /** `clients / (mean e2e + think time)`: what tools print that measure nothing over time. */
  readonly estimatedRequestsPerSec?: number;
  /** Completed a second x mean e2e / mean number in flight; 1 where the figures agree. */
  readonly littleRatio?: number;
  /** Whether the load generator was the limit. */
  readonly generator: GeneratorHealth;
  /** Mean e2e over all completed measured requests of the level, whichever stretch they fall in. */
  readonly meanE2eMs?: number;
  /** What the server's own metrics said. Absent where they were not there, or not asked for. */
  readonly server?: ServerSummary;
}
