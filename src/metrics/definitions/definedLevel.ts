import type { ChunkTimeline } from '../chunkTimeline.ts';
import { distributionOfHistogram } from '../distribution.ts';
import { Histogram } from '../histogram.ts';
import type { LatencyFigure } from '../latencyTally.ts';
import type { FigureValues, LevelLatencies } from '../levelObserver.ts';
import type { Distribution, LevelSummary, Throughput } from '../levelSummary.ts';
import { Sample } from '../sample.ts';
import { answered, type TrackedRequest } from '../trackedRequest.ts';
import { answerTimes } from './definedFigures.ts';
import type { AnswerTimes, Definitions } from './definitions.ts';
import { WeightedSample } from './weightedSample.ts';

/**
 * Takes the figures of a level by the formulas of another tool, while its fold goes on. Every request of the level that
 * was answered counts, whichever stretch it falls in.
 */
export class DefinedLevel implements LevelLatencies {
  readonly #definitions: Definitions;
  readonly #queueMs = new Sample();
  readonly #ttftMs: Sample | WeightedSample;
  readonly #tpotMs: Sample | WeightedSample;
  readonly #itlMs: Sample | WeightedSample;
  readonly #e2eMs: Sample | WeightedSample;
  readonly #chunkGapMs = new Histogram();
  #firstSentMs = Number.POSITIVE_INFINITY;
  #lastEndMs = Number.NEGATIVE_INFINITY;
  #completed = 0;
  #promptTokens = 0;
  #outputTokens = 0;

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
    const create = () => (definitions.percentiles === 'linear' ? new Sample() : new WeightedSample());
    [this.#ttftMs, this.#tpotMs, this.#itlMs, this.#e2eMs] = [create(), create(), create(), create()];
  }

  /** Settles one request. */
  add({ sentAtMs, closedAtMs, outcome, timeline }: TrackedRequest): void {
    if (sentAtMs === undefined) return;
    this.#firstSentMs = Math.min(this.#firstSentMs, sentAtMs);
    this.#lastEndMs = Math.max(this.#lastEndMs, closedAtMs);
    const completed = answered(outcome);
    if (completed === undefined) return;
    this.#completed++;
    this.#promptTokens += completed.promptTokens;
    this.#outputTokens += completed.outputTokens;
    this.#addLatencies(answerTimes(completed));
    if (this.#definitions.itlMs === 'chunkGaps' && timeline !== undefined) this.#addGaps(timeline);
  }

  valuesOf(figure: LatencyFigure): FigureValues {
    return {
      queueMs: this.#queueMs,
      ttftMs: this.#ttftMs,
      tpotMs: this.#tpotMs,
      itlMs: this.#definitions.itlMs === 'chunkGaps' ? this.#chunkGapMs : this.#itlMs,
      e2eMs: this.#e2eMs,
    }[figure];
  }

  /** The level's summary with these figures in place of ours. What the tool has no formula for is absent. */
  restate(ours: LevelSummary): LevelSummary {
    const { littleRatio: _, meanE2eMs: __, steady: ourSteady, whole, estimatedRequestsPerSec, ...kept } = ours;
    const { mean } = this.#e2eMs.distribution();
    const hasTokens = (whole ?? ourSteady)?.outputTokensPerSec !== undefined;
    const overTime = ours.untimed === true ? undefined : this.#throughput(ours.clients, mean, hasTokens);
    const none = { count: 0, undefinedCount: 0 };
    return {
      ...kept,
      ...(overTime === undefined ? (whole === undefined ? {} : { whole }) : { steady: overTime, whole: overTime }),
      queueMs: none,
      ttftMs: spreadOf(this.valuesOf('ttftMs')),
      tpotMs: spreadOf(this.valuesOf('tpotMs')),
      itlMs: spreadOf(this.valuesOf('itlMs')),
      e2eMs: spreadOf(this.valuesOf('e2eMs')),
      maxStallMs: none,
      ...(mean === undefined ? {} : { meanE2eMs: mean }),
      ...(estimatedRequestsPerSec === undefined || mean === undefined
        ? {}
        : { estimatedRequestsPerSec: (ours.clients * 1000) / mean }),
    };
  }

  #addLatencies(times: AnswerTimes): void {
    const { tpotMs, itlMs } = this.#definitions;
    this.#e2eMs.add(this.#definitions.e2eMs(times));
    if (times.ttftMs === undefined || tpotMs === undefined) return;
    this.#ttftMs.add(times.ttftMs);
    for (const [formula, sample] of [
      [tpotMs, this.#tpotMs],
      [itlMs, this.#itlMs],
    ] as const) {
      if (typeof formula !== 'function') continue;
      const weighted = formula(times);
      if (weighted === undefined) sample.addUndefined();
      else sample.add(weighted.valueMs, weighted.weight);
    }
  }

  #addGaps({ atMs, length }: ChunkTimeline): void {
    for (let index = 1; index < length; index++) {
      this.#chunkGapMs.record((atMs[index] as number) - (atMs[index - 1] as number));
    }
  }

  #throughput(clients: number, meanE2eMs: number | undefined, hasTokens: boolean): Throughput | undefined {
    const seconds = (this.#lastEndMs - this.#firstSentMs) / 1000;
    if (!(seconds > 0) || this.#completed === 0 || meanE2eMs === undefined) return undefined;
    const isOverRun = this.#definitions.throughput === 'overRun';
    const requestsPerSec = isOverRun ? this.#completed / seconds : (clients * 1000) / meanE2eMs;
    return {
      seconds,
      requestsPerSec,
      completedPerSec: requestsPerSec,
      inputTokensPerSec: (requestsPerSec * this.#promptTokens) / this.#completed,
      ...(isOverRun && hasTokens ? { outputTokensPerSec: this.#outputTokens / seconds } : {}),
    };
  }
}

/** Standard deviations over n: a sample's own is over n - 1. */
function spreadOf(values: FigureValues): Distribution {
  if (values instanceof WeightedSample) return values.distribution();
  const { sd, ...others } = values instanceof Histogram ? distributionOfHistogram(values, 0) : values.distribution();
  return sd === undefined ? others : { ...others, sd: sd * Math.sqrt((others.count - 1) / others.count) };
}
