import type { GeneratorSampled } from '../events/events.ts';
import { Histogram } from './histogram.ts';
import type { GeneratorHealth } from './levelSummary.ts';

/** What the load generator's own delay is held against. */
export interface MeasuredPace {
  /** Median TTFT; median e2e where answers are not streamed: the first that is seen of them is the whole answer. */
  readonly medianFirstMs: number | undefined;
  readonly medianChunkGapMs: number | undefined;
}

const loopDelayFloorMs = 5;
const firstShare = 0.05;
const gapShare = 0.5;
const cpuLimit = 0.9;
const lateSendLimit = 0.01;

interface Usage {
  cpuMs: number;
  periodMs: number;
}

/**
 * Tells whether the load generator was the limit of a level: event-loop delay p99 over max(5 ms, 5 % of the median TTFT)
 * or over half the median chunk gap; a worker's CPU over 90 %; or more than 1 % of sends late by over 10 ms.
 * The workers' delay histograms are merged, never their percentiles; CPU is the mean of the busiest worker.
 */
export class GeneratorTally {
  readonly #loopDelay = new Histogram();
  readonly #usage = new Map<number, Usage>();
  #sends = 0;
  #lateSends = 0;

  /** A sample of a worker; what the main process says of itself is no worker's. */
  add(sample: GeneratorSampled): void {
    if (sample.worker < 1) return;
    this.#loopDelay.addPairs(sample.loopDelayBins);
    const usage = this.#usage.get(sample.worker) ?? { cpuMs: 0, periodMs: 0 };
    usage.cpuMs += sample.cpuRatio * sample.periodMs;
    usage.periodMs += sample.periodMs;
    this.#usage.set(sample.worker, usage);
    this.#sends += sample.sends;
    this.#lateSends += sample.lateSends;
  }

  health(pace: MeasuredPace): GeneratorHealth {
    if (this.#usage.size === 0) return { verdict: 'unknown', reason: 'no sample of the load generator' };
    const loopDelayP99Ms = this.#loopDelay.quantile(0.99);
    const cpuRatio = Math.max(
      ...[...this.#usage.values()].map((usage) => usage.cpuMs / Math.max(usage.periodMs, 1e-9)),
    );
    const lateSendRatio = this.#sends === 0 ? undefined : this.#lateSends / this.#sends;
    const reasons = [
      loopDelayReason(loopDelayP99Ms, pace),
      cpuRatio > cpuLimit ? `a worker used ${percent(cpuRatio)} of a core` : undefined,
      (lateSendRatio ?? 0) > lateSendLimit ? `${percent(lateSendRatio ?? 0)} of sends were over 10 ms late` : undefined,
    ].filter((reason) => reason !== undefined);
    return {
      verdict: reasons.length > 0 ? 'clientLimited' : 'ok',
      ...(loopDelayP99Ms === undefined ? {} : { loopDelayP99Ms }),
      cpuRatio,
      ...(lateSendRatio === undefined ? {} : { lateSendRatio }),
      ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }),
    };
  }
}

function loopDelayReason(p99Ms: number | undefined, pace: MeasuredPace): string | undefined {
  if (p99Ms === undefined) return undefined;
  const firstLimitMs = Math.max(loopDelayFloorMs, firstShare * (pace.medianFirstMs ?? 0));
  if (p99Ms > firstLimitMs) return `event-loop delay p99 ${milliseconds(p99Ms)} is over ${milliseconds(firstLimitMs)}`;
  const gapMs = pace.medianChunkGapMs;
  // Chunks of one read have no gap that a delay could spoil.
  if (gapMs === undefined || gapMs === 0 || p99Ms <= gapShare * gapMs) return undefined;
  return `event-loop delay p99 ${milliseconds(p99Ms)} is over half the median chunk gap of ${milliseconds(gapMs)}`;
}

function milliseconds(value: number): string {
  return `${value.toPrecision(3)} ms`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}
