/**
 * The vocabulary: everything that happens in a run. Figures, criteria and reports see nothing else.
 *
 * `atMs` stamps are milliseconds since the run's start. Events of one worker come in the order of their stamps; events
 * of several workers are interleaved batch by batch. Adding an optional field needs no new version; any other change
 * raises {@link schemaVersion} and adds an upcaster: an older reader would fold what it does not know into other
 * figures, or into none. Version 1 is what the first release writes; until then it may gain kinds of events.
 */
export const schemaVersion = 1;

/** The number of the main process in {@link Envelope.worker}; workers count from 1. */
export const mainWorker = 0;

export interface Envelope {
  /** Which process saw it happen: 0 is the main process, workers count from 1. */
  readonly worker: number;
  readonly atMs: number;
}

/** An event as the log knows it: `seq` counts from 0 over the whole run and has no gaps. */
export type Recorded<E = RunEvent> = E & { readonly seq: number };

/** How hard a level pushes. */
export interface Load {
  /** What is set: a number of parallel clients (closed loop), requests that arrive a second (open loop), or how many times faster than recorded a trace is sent. */
  readonly kind: 'clients' | 'ratePerSec' | 'trace';
  /** How much of it. */
  readonly value: number;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Errors of stamps against the server's own, in ms. */
export interface StampErrors {
  /** The median. */
  readonly p50: number;
  /** 99 in 100 are not above it. */
  readonly p99: number;
}

/** What the machine can send, as `deepspeedometer calibrate` measured it against a server that does nothing but answer. */
export interface MachineCeiling {
  /** When it was measured, ISO 8601. */
  readonly calibratedAt: string;
  /** CPU time of a worker for a small request that is not streamed. */
  readonly workerMicrosPerRequest: number;
  /** CPU time of a worker for a chunk of one token. */
  readonly workerMicrosPerChunk: number;
  /** CPU time of the main process for such a request. */
  readonly mainMicrosPerRequest: number;
  /** CPU time of the main process for such a chunk. */
  readonly mainMicrosPerChunk: number;
  /** The load at which the errors of stamps were measured. */
  readonly errorsAt: {
    /** Streams at the same time. */
    readonly streams: number;
    /** Between two chunks of each. */
    readonly gapMs: number;
  };
  /** How far measured TTFT was from the server's own. */
  readonly ttftErrorMs: StampErrors;
  /** How far gaps between chunks were from the server's own. */
  readonly gapErrorMs: StampErrors;
}

/** Always the first event: a log explains itself. */
export interface RunStarted extends Envelope {
  readonly type: 'run.started';
  readonly schemaVersion: number;
  readonly runId: string;
  /** The wall clock at `atMs` 0, ISO 8601. */
  readonly startedAt: string;
  readonly version: string;
  readonly api: string;
  readonly model: string;
  readonly tokenizer: string;
  /** The resolved options, secrets left out. */
  readonly options: { readonly [option: string]: JsonValue };
  readonly machine: { readonly [fact: string]: JsonValue };
  /** Absent where the machine was not calibrated, or is another one since. */
  readonly ceiling?: MachineCeiling;
}

/** Something a reader of the figures should know; shown by the terminal and kept. */
export interface RunWarned extends Envelope {
  readonly type: 'run.warned';
  readonly message: string;
}

/** One prompt combination, run over a list of loads. */
export interface SweepStarted extends Envelope {
  readonly type: 'sweep.started';
  readonly sweep: number;
  readonly options: { readonly [option: string]: JsonValue };
  /** Digests of the files of data that options name, by option: a file may change under its name. */
  readonly contents?: { readonly [option: string]: string };
}

/** A rate that changes from the beginning of a level to its end. */
export interface RateRamp {
  /** `linear`: by the same number each second. `exponential`: by the same factor. */
  readonly shape: 'linear' | 'exponential';
  /** At the level's start, requests a second. */
  readonly fromPerSec: number;
  /** At its end. */
  readonly toPerSec: number;
}

/** How requests arrive in a level, whatever becomes of those before. */
export interface ArrivalPlan {
  readonly process: 'constant' | 'poisson' | 'gamma' | 'trace';
  /** From the level's start. */
  readonly seconds: number;
  /** The first part of it, which fills the server and is in no figure; a tenth where absent. */
  readonly fillingSeconds?: number;
  /** Most requests in flight; one that is due beyond them waits. */
  readonly maxInFlight: number;
  /** Absent where the rate is the same all the time. */
  readonly ramp?: RateRamp;
}

/** The level's clients begin to warm up. */
export interface LevelPrepared extends Envelope {
  readonly type: 'level.prepared';
  /** Counts from 0 over the whole run. */
  readonly level: number;
  readonly sweep: number;
  readonly load: Load;
  readonly clients: number;
  /** Worker processes (or threads) that carry the clients, numbered from 1. */
  readonly workers: number;
  /** Measured requests; warm-up requests are not among them. With `seconds` the most that there may be. */
  readonly planned: number;
  /** Where clients end after a fixed time: how long that is. Then all requests that were sent are what was planned. */
  readonly seconds?: number;
  /** Mean time from an answer until its client is due again; absent: none. */
  readonly thinkMs?: number;
  /** The means that were asked for, in tokens. */
  readonly promptLength: number;
  readonly maxNewTokens: number;
  readonly streaming: boolean;
  /** Share of prompt tokens that a prefix cache could answer for, at most; absent where no prefix is shared on purpose. */
  readonly expectedPrefixHitRatio?: number;
  /** Where requests arrive at a rate: then `clients` are the sources that share them, one a worker. */
  readonly openLoop?: ArrivalPlan;
  /**
   * Only durations are known, not when each request was sent: results of another tool. Then the level never starts, every
   * request is written as if sent at `atMs`, and nothing is measured over time but what `seconds`, its length, allows.
   */
  readonly untimed?: { readonly seconds?: number };
}

/** Every client is warm: the barrier opens and the level's time begins. */
export interface LevelStarted extends Envelope {
  readonly type: 'level.started';
  readonly level: number;
}

export type LevelStatus = 'completed' | 'skipped' | 'stopped' | 'degraded' | 'interrupted' | 'failed';

/** Every worker has delivered its last event of the level. */
export interface LevelFinished extends Envelope {
  readonly type: 'level.finished';
  readonly level: number;
  readonly status: LevelStatus;
  /** Why it ended, in words, where it did not end by itself. */
  readonly reason?: string;
}

/** A level that was not run, because an earlier run holds its result. */
export interface LevelSkipped extends Envelope {
  readonly type: 'level.skipped';
  readonly level: number;
  readonly sweep: number;
  /** The run whose log has the level, and its number there. */
  readonly fromRun: string;
  readonly fromLevel: number;
  /** The level's summary as the earlier log gives it (`LevelSummary` of the metrics). */
  readonly summary: JsonValue;
}

export type ClientPhase = 'warmup' | 'warm' | 'running' | 'draining' | 'stopped' | 'failed';

/** A client's machine moved on. `draining` is the moment when it found no more work or was told to stop. */
export interface ClientPhaseChanged extends Envelope {
  readonly type: 'client.phaseChanged';
  readonly level: number;
  readonly client: number;
  readonly phase: ClientPhase;
}

export interface RequestSent extends Envelope {
  readonly type: 'request.sent';
  readonly level: number;
  readonly client: number;
  /** The request's number, from 0 over the whole run; a warm-up request has one too. */
  readonly request: number;
  /** Warm-up requests are in no figure. */
  readonly warmup: boolean;
  /** When the client became free (closed loop) or the request was due (open loop). */
  readonly scheduledAtMs: number;
  readonly promptTokens: number;
  readonly maxNewTokens: number;
  /**
   * Which turn of its conversation it is, from 1; `promptTokens` are then those of all that was said until now. The turns of a
   * conversation are numbered one behind the other, so that it is known by the number of its first one. Absent where requests
   * stand by themselves.
   */
  readonly turn?: number;
}

/** The output-bearing chunks of a request since the event before. */
export interface RequestProgressed extends Envelope {
  readonly type: 'request.progressed';
  readonly level: number;
  readonly request: number;
  readonly warmup: boolean;
  /** Arrival of each chunk, ms since the run's start, ascending. */
  readonly chunkAtMs: Float64Array;
  /** Tokens in each chunk, where the server tells; absent otherwise. */
  readonly chunkTokens?: Uint32Array;
}

/** Where a count of output tokens comes from, best first. */
export type TokenSource = 'usage' | 'tokenIds' | 'tokenizer' | 'chunks';

/** What is known of an exchange when it ends, well or badly. Stamps that never came are absent. */
export interface ExchangeStamps {
  readonly level: number;
  readonly client: number;
  readonly request: number;
  readonly warmup: boolean;
  readonly scheduledAtMs: number;
  readonly sentAtMs?: number;
  readonly headersAtMs?: number;
  readonly firstEventAtMs?: number;
  readonly firstTokenAtMs?: number;
  readonly lastTokenAtMs?: number;
  readonly closedAtMs: number;
  /** Output-bearing chunks that arrived; 0 where the answer is not streamed. */
  readonly chunks: number;
}

/** The answer is whole. `atMs` equals `closedAtMs`. An answer without output has `outputTokens` 0: it counts as empty, unless it is a vector. */
export interface RequestCompleted extends Envelope, ExchangeStamps {
  readonly type: 'request.completed';
  readonly sentAtMs: number;
  readonly streamed: boolean;
  /** Asked prompt length, by our tokenizer. */
  readonly promptTokens: number;
  /** What the server's usage says of the prompt, where it does. */
  readonly serverPromptTokens?: number;
  readonly outputTokens: number;
  readonly tokenSource: TokenSource;
  /** Tokens in the first chunk; absent where the answer is not streamed. */
  readonly firstChunkTokens?: number;
  readonly finishReason?: string;
}

/** `aborted` is what we cut off ourselves: counted as cut off, never as failed. */
export type FailureKind = 'connect' | 'timeout' | 'httpStatus' | 'stream' | 'protocol' | 'aborted';

/** `atMs` equals `closedAtMs`. The tokens that arrived before are in the `request.progressed` events. */
export interface RequestFailed extends Envelope, ExchangeStamps {
  readonly type: 'request.failed';
  readonly kind: FailureKind;
  /** A finer word of a closed list a client, such as `reset` or `truncated`. */
  readonly reason: string;
  /** The server's or the system's own words, shortened. */
  readonly message?: string;
  readonly httpStatus?: number;
}

/**
 * A try has failed, and its request will be sent again: by `--retries`, or since the server had closed a kept connection
 * as the request went out (`connect`, `keptTooLong`). The request stays one: it is sent once in the log, when
 * it first was, and completes or fails once. `atMs` is when the try failed.
 */
export interface RequestRetried extends Envelope {
  readonly type: 'request.retried';
  readonly level: number;
  readonly client: number;
  readonly request: number;
  readonly warmup: boolean;
  /** Which of its tries failed, from 1. */
  readonly failedTry: number;
  /** Until it is sent again, unless that is given up. */
  readonly waitMs: number;
  readonly kind: FailureKind;
  readonly reason: string;
  readonly message?: string;
  readonly httpStatus?: number;
}

/** How a load generator's process is doing, once a second. Moves event time even while a server hangs. */
export interface GeneratorSampled extends Envelope {
  readonly type: 'generator.sampled';
  /** The level that runs; absent between levels. */
  readonly level?: number;
  /** Time since the sample before. */
  readonly periodMs: number;
  /** Lateness of a timer in the period, resolution subtracted: pairs (bin, count) of `metrics/histogram`. */
  readonly loopDelayBins: readonly number[];
  /** CPU time of the process over the period; 1 is one whole core. */
  readonly cpuRatio: number;
  readonly gcPauseMs: number;
  readonly residentBytes: number;
  readonly sends: number;
  /** Sends more than 10 ms after they were due. */
  readonly lateSends: number;
  /** Sends that were due while as many as may be were in flight, and so waited; not among the late ones. Absent where there are none. */
  readonly heldSends?: number;
  readonly inFlight: number;
  /** How far the wall clock went more than the monotonic one: it was set, or the machine slept. Absent where the two agree. */
  readonly wallJumpMs?: number;
  /** How far the stamps of its process can be from the machine's clock; those of two workers, from one another by the sum. */
  readonly clockErrorMs?: number;
}

/** A histogram as Prometheus keeps it: since the server's start, cumulative over its bounds. */
export interface ServerHistogram {
  /** Upper bounds of the buckets, ascending, without the infinite one. */
  readonly boundsMs: readonly number[];
  /** Values up to each bound. */
  readonly counts: readonly number[];
  /** All values, those beyond the last bound too. */
  readonly count: number;
  readonly sumMs: number;
}

/** What a server says of itself, under one name for all servers. What it does not say is absent. */
export interface ServerFigures {
  /** Requests in the running batch. */
  readonly running?: number;
  /** Requests in its queue. */
  readonly waiting?: number;
  /** Share of the KV cache that is in use, 0 to 1; the mean over engines. */
  readonly kvCacheRatio?: number;
  // Those from here on count from the server's start.
  readonly finishedRequests?: number;
  readonly preemptions?: number;
  /** Those out of the prefix cache too. */
  readonly promptTokens?: number;
  readonly outputTokens?: number;
  /** Tokens looked up in the prefix cache. */
  readonly prefixCacheQueries?: number;
  /** Tokens found there. */
  readonly prefixCacheHits?: number;
  /** Time to first token, by the server's own clock. */
  readonly ttft?: ServerHistogram;
}

/** What the server's `/metrics` said; `atMs` is when its page was here. */
export interface ServerSampled extends Envelope {
  readonly type: 'server.sampled';
  /** The level that runs; absent between levels. */
  readonly level?: number;
  /** When it was asked: the figures are those of a moment between this and `atMs`. */
  readonly askedAtMs: number;
  readonly figures: ServerFigures;
}

/** `completeLevel`: the level has measured what it was to measure; `endLevel`: it is stopped before that. */
export type CriterionAction = 'completeLevel' | 'endLevel' | 'endSweep' | 'endRun';

/** A stop condition became true. It carries the numbers that made it true. */
export interface CriterionMet extends Envelope {
  readonly type: 'criterion.met';
  readonly criterion: string;
  readonly action: CriterionAction;
  readonly level: number;
  readonly sweep: number;
  /** The event at which it became true: `seq` of that event. */
  readonly atSeq: number;
  readonly value: number;
  readonly limit: number;
  /** Where several conditions made it true together: each with its numbers. */
  readonly numbers?: readonly { readonly condition: string; readonly value: number; readonly limit: number }[];
  /** The objectives, as they are written, that were missed, where such a condition is among those that made it true. */
  readonly missedObjectives?: readonly string[];
  /** The decision in words. */
  readonly message: string;
}

/** Always the last event of a run that ended in order. */
export interface RunFinished extends Envelope {
  readonly type: 'run.finished';
  readonly exitCode: number;
  readonly reason?: string;
  /** SHA-256 over windows, level summaries and decisions, as the live side folded them. */
  readonly digest: string;
}

export type RequestOutcome = RequestCompleted | RequestFailed;

export type RunEvent =
  | RunStarted
  | RunWarned
  | SweepStarted
  | LevelPrepared
  | LevelStarted
  | LevelFinished
  | LevelSkipped
  | ClientPhaseChanged
  | RequestSent
  | RequestProgressed
  | RequestRetried
  | RequestOutcome
  | GeneratorSampled
  | ServerSampled
  | CriterionMet
  | RunFinished;
