import type { LevelPrepared, RequestOutcome } from '../events/events.ts';
import type { Analysed } from '../metrics/analysed.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { RollingWindow } from '../metrics/rollingWindow.ts';
import { gainAtMost, isTrusted } from '../metrics/saturation.ts';

/** What a rule ends is what it counts over. */
export type Scope = 'level' | 'sweep' | 'run';

/** Price of a million tokens: of all, or of prompts and of answers. */
export type TokenPrices = readonly [prompt: number, output?: number];

/** Latencies that windows have, in ms. */
export type WindowLatency = 'ttftMs' | 'tpotMs' | 'e2eMs';
/** What windows tell of a latency. */
export type WindowStatistic = 'mean' | 'p50' | 'p90' | 'p99';
/** `throughput` is in tokens where they are known, else in requests. */
export type ThroughputName = 'throughput' | 'output_tokens_per_s' | 'requests_per_s';

/** What figures are taken over. */
export interface StreamFiguresSettings {
  readonly scope: Scope;
  /** Width of a whole rolling window. */
  readonly windowMs: number;
  readonly prices?: TokenPrices | undefined;
}

/** Which level the stream is at. */
export type StreamLevel = Pick<LevelPrepared, 'level' | 'sweep' | 'clients'>;

const growthWindows = 30;

/**
 * What the stream says by now: of the last seconds while a level runs, and of the level itself once it has ended, until the
 * next one begins. Methods give `undefined` where there is no data.
 */
export class StreamFigures {
  readonly #settings: StreamFiguresSettings;
  #level: StreamLevel | undefined;
  #sweep: number | undefined;
  #window: RollingWindow | undefined;
  #summary: LevelSummary | undefined;
  #halfWidth: number | undefined;
  #kept: number | undefined;
  #levels: LevelSummary[] = [];
  #inFlight: number[] = [];
  #startMs: number | undefined;
  #nowMs = 0;
  #requests = 0;
  #tokens = 0;
  #cost = 0;

  constructor(settings: StreamFiguresSettings) {
    this.#settings = settings;
  }

  /** The level that was prepared, or skipped, last. */
  get level(): StreamLevel | undefined {
    return this.#level;
  }

  /** The level that ended last, until the next one begins. */
  get summary(): LevelSummary | undefined {
    return this.#summary;
  }

  add(item: Analysed): void {
    if (item.atMs > this.#nowMs) this.#nowMs = item.atMs;
    switch (item.type) {
      case 'run.started':
        if (this.#settings.scope === 'run') this.#startMs = item.atMs;
        break;
      case 'level.prepared':
        this.#prepare(item);
        break;
      case 'level.started':
        if (this.#settings.scope === 'level') this.#startMs = item.atMs;
        break;
      case 'request.completed':
      case 'request.failed':
        this.#count(item);
        break;
      case 'window.closed':
        this.#window = item.window;
        this.#halfWidth = item.relativeHalfWidth ?? this.#halfWidth;
        this.#kept = item.attainment?.ratio ?? this.#kept;
        this.#inFlight.push(item.window.inFlight);
        if (this.#inFlight.length > growthWindows) this.#inFlight.shift();
        break;
      case 'level.summarized':
        this.#enterSweep(item.summary.sweep);
        this.#level = item.summary;
        this.#window = undefined;
        this.#summary = item.summary;
        this.#halfWidth = item.summary.steady?.relativeHalfWidth;
        this.#levels.push(item.summary);
        break;
    }
  }

  latencyMs(latency: WindowLatency, statistic: WindowStatistic, leastCount: number): number | undefined {
    const spread = this.#window?.[latency] ?? this.#server?.[latency];
    return spread === undefined || spread.count < leastCount ? undefined : spread[statistic];
  }

  /** Mean over all completed requests of the level that ended. */
  levelE2eMs(): number | undefined {
    return this.#summary?.meanE2eMs;
  }

  /** Failed and empty ones among those that ended and were not cut off by us; unknown below ten. */
  errorRatio(): number | undefined {
    const [bad, ended] = this.#outcomes();
    return ended < 10 ? undefined : bad / ended;
  }

  /** A window tells it once it has its whole width. */
  perSec(name: ThroughputName): number | undefined {
    if (this.#window === undefined) return throughputOf(this.#server, name);
    const { fromMs, toMs, requestsPerSec, outputTokensPerSec } = this.#window;
    if (toMs - fromMs < this.#settings.windowMs) return undefined;
    return name === 'requests_per_s' ? requestsPerSec : outputTokensPerSec;
  }

  /** Share of requests that kept every objective, from the last look at the level, or from its whole window. */
  keptRatio(): number | undefined {
    return this.#summary === undefined ? this.#kept : this.#summary.objectives?.keptRatio;
  }

  inFlight(): number | undefined {
    return this.#window?.inFlight;
  }

  /** Of the requests in flight over the last 30 s: the mean of the last ten seconds over that of the first ten, less 1. */
  growth(): number | undefined {
    if (this.#inFlight.length < growthWindows || this.#window === undefined) return undefined;
    const before = sum(this.#inFlight.slice(0, growthWindows / 3));
    return before === 0 ? undefined : sum(this.#inFlight.slice((-1 * growthWindows) / 3)) / before - 1;
  }

  /** Of the level that ended last over the one before, where that had the smaller load and both can be trusted. */
  gain(name: ThroughputName): number | undefined {
    const [before, last] = this.#levels.slice(-2);
    if (before === undefined || last === undefined || !isTrusted(before) || !isTrusted(last)) return undefined;
    if (before.load.value >= last.load.value) return undefined;
    const isInTokens = [before, last].every(({ steady }) => steady?.outputTokensPerSec !== undefined);
    const figure = name === 'throughput' && !isInTokens ? 'requests_per_s' : name;
    const [less, more] = [throughputOf(before, figure), throughputOf(last, figure)];
    return less === undefined || more === undefined || less <= 0 ? undefined : more / less - 1;
  }

  /** What the largest load gained is at most this, with 97.5 % confidence. */
  gainAtMost(): number | undefined {
    const last = this.#levels.at(-1);
    return last === undefined || !isTrusted(last) ? undefined : gainAtMost(this.#levels);
  }

  /** Half the width of the throughput's 95 % interval, as a share of it. */
  halfWidth(): number | undefined {
    return this.#halfWidth;
  }

  elapsedMs(): number | undefined {
    return this.#startMs === undefined ? undefined : this.#nowMs - this.#startMs;
  }

  /** That ended, warm-ups too. */
  requests(): number {
    return this.#requests;
  }

  /** Of prompts and answers, warm-ups too; a failed request counts none. */
  tokens(): number {
    return this.#tokens;
  }

  cost(): number | undefined {
    return this.#settings.prices === undefined ? undefined : this.#cost;
  }

  /** A level whose figures are the server's, not those of the load generator. */
  get #server(): LevelSummary | undefined {
    return this.#summary?.generator.verdict === 'clientLimited' ? undefined : this.#summary;
  }

  #prepare(prepared: LevelPrepared): void {
    this.#level = prepared;
    this.#enterSweep(prepared.sweep);
    if (this.#settings.scope === 'level') this.#resetCounts();
    else this.#startMs ??= prepared.atMs;
    this.#window = undefined;
    this.#summary = undefined;
    this.#halfWidth = undefined;
    this.#kept = undefined;
    this.#inFlight = [];
  }

  #enterSweep(sweep: number): void {
    if (sweep === this.#sweep) return;
    this.#sweep = sweep;
    this.#levels = [];
    if (this.#settings.scope === 'sweep') this.#resetCounts();
  }

  #resetCounts(): void {
    this.#startMs = undefined;
    this.#requests = 0;
    this.#tokens = 0;
    this.#cost = 0;
  }

  #count(outcome: RequestOutcome): void {
    this.#requests++;
    if (outcome.type === 'request.failed') return;
    const prompt = outcome.serverPromptTokens ?? outcome.promptTokens;
    this.#tokens += prompt + outcome.outputTokens;
    const [ofPrompt = 0, ofOutput = ofPrompt] = this.#settings.prices ?? [];
    this.#cost += (prompt * ofPrompt + outcome.outputTokens * ofOutput) / 1e6;
  }

  #outcomes(): readonly [bad: number, ended: number] {
    if (this.#window !== undefined) {
      const { failures, empty, e2eMs } = this.#window;
      const { aborted: _, ...own } = failures;
      const bad = sum(Object.values(own)) + empty;
      return [bad, bad + e2eMs.count];
    }
    const { completed = 0, failed = 0, empty = 0 } = this.#summary?.requests ?? {};
    return [failed + empty, completed + failed + empty];
  }
}

function throughputOf(level: LevelSummary | undefined, name: ThroughputName): number | undefined {
  const { requestsPerSec, outputTokensPerSec } = level?.steady ?? {};
  if (name === 'requests_per_s') return requestsPerSec;
  return name === 'throughput' ? (outputTokensPerSec ?? requestsPerSec) : outputTokensPerSec;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
