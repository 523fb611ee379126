import type { GeneratorSampled } from '../events/events.ts';
import { Histogram } from './histogram.ts';
import type { GeneratorHealth } from './levelSummary.ts';
import { enoughForP99 } from './percentile.ts';

/** What the load generator's own delay is held against. */
export interface MeasuredPace {
  /** Median TTFT; median e2e where answers are not streamed: the first that is seen of them is the whole answer. */
  readonly medianFirstMs: number | undefined;
  readonly medianChunkGapMs: number | undefined;
}

/** The highest percentile that so many samples are enough for, and the share of them that may lie beyond it. */
const tails = [
  { samples: enoughForP99, percentile: 0.99, beyond: 0.01 },
  { samples: 90, percentile: 0.95, beyond: 0.05 },
  { samples: 44, percentile: 0.9, beyond: 0.1 },
] as const;

const leastCpuMs = 1000;
/** Below this a delay of the event loop is no sign, whatever it is held against. */
export const loopDelayFloorMs = 5;
const firstShare = 0.05;
const gapShare = 0.5;
/** Share of one core, of the busiest worker. */
export const cpuLimitRatio = 0.9;
/** A timer that is so late waited for more than work. */
const standstillMs = 2000;
const lateSendLimit = tails[0].beyond;

interface Usage {
  cpuMs: number;
  periodMs: number;
}

/** One sign that the generator was the limit; `isSure` where there is enough of it for a verdict. */
interface Suspicion {
  readonly reason: string;
  readonly isSure: boolean;
}

/**
 * Tells whether the load generator was the limit of a level: event-loop delay p99 over max(5 ms, 5 % of the median TTFT)
 * or over half the median chunk gap; a worker's CPU over 90 %; or more than 1 % of sends late by over 10 ms.
 * The workers' delay histograms are merged, never their percentiles; CPU is the mean of the busiest worker.
 *
 * A p99 needs 459 samples. With fewer, the same limits must be passed by the p95 (from 90 samples) or p90 (from 44), and
 * by as large a share of sends: one pause in a short level limits nothing. With still fewer samples, or CPU of under a
 * second, a limit that is passed makes the verdict `unknown`.
 */
export class GeneratorTally {
  readonly #loopDelay = new Histogram();
  readonly #usage = new Map<number, Usage>();
  #sends = 0;
  #lateSends = 0;
  #wallJumpMs = 0;

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
    const { wallJumpMs = 0 } = sample;
    if (Math.abs(wallJumpMs) > Math.abs(this.#wallJumpMs)) this.#wallJumpMs = wallJumpMs;
  }

  health(pace: MeasuredPace): GeneratorHealth {
    if (this.#usage.size === 0) return { verdict: 'unknown', reason: 'no sample of the load generator' };
    const loopDelayP99Ms = this.#loopDelay.quantile(0.99);
    const cpuRatio = Math.max(
      ...[...this.#usage.values()].map((usage) => usage.cpuMs / Math.max(usage.periodMs, 1e-9)),
    );
    const stoodStillMs = this.#loopDelay.max ?? 0;
    const lateSendRatio = this.#sends === 0 ? undefined : this.#lateSends / this.#sends;
    const suspicions = [this.#loopDelaySuspicion(pace), this.#cpuSuspicion(cpuRatio), this.#lateSuspicion()].filter(
      (suspicion) => suspicion !== undefined,
    );
    const sure = suspicions.filter(({ isSure }) => isSure);
    const told = sure.length > 0 ? sure : suspicions;
    return {
      verdict: sure.length > 0 ? 'clientLimited' : suspicions.length > 0 ? 'unknown' : 'ok',
      workers: this.#usage.size,
      samples: this.#loopDelay.count,
      ...(loopDelayP99Ms === undefined ? {} : { loopDelayP99Ms }),
      cpuRatio,
      ...(lateSendRatio === undefined ? {} : { lateSendRatio }),
      ...(stoodStillMs <= standstillMs ? {} : { stoodStillMs }),
      ...(this.#wallJumpMs === 0 ? {} : { wallJumpMs: this.#wallJumpMs }),
      ...(told.length === 0 ? {} : { reason: told.map(({ reason }) => reason).join('; ') }),
    };
  }

  #loopDelaySuspicion(pace: MeasuredPace): Suspicion | undefined {
    const tail = tails.find(({ samples }) => this.#loopDelay.count >= samples);
    const { percentile } = tail ?? tails[0];
    const delayMs = this.#loopDelay.quantile(percentile);
    const reason = loopDelayReason(delayMs, `p${percentile * 100}`, pace);
    if (reason === undefined) return undefined;
    if (tail !== undefined) return { reason, isSure: true };
    return { reason: `${reason}, of only ${this.#loopDelay.count} samples`, isSure: false };
  }

  #cpuSuspicion(cpuRatio: number): Suspicion | undefined {
    if (cpuRatio <= cpuLimitRatio) return undefined;
    const periodMs = Math.max(...[...this.#usage.values()].map((usage) => usage.periodMs));
    return { reason: `a worker used ${percent(cpuRatio)} of a core`, isSure: periodMs >= leastCpuMs };
  }

  #lateSuspicion(): Suspicion | undefined {
    const tail = tails.find(({ samples }) => this.#sends >= samples);
    if (this.#lateSends <= (tail?.beyond ?? lateSendLimit) * this.#sends) return undefined;
    const reason = `${percent(this.#lateSends / this.#sends)} of sends were over 10 ms late`;
    return tail === undefined
      ? { reason: `${reason}, of only ${this.#sends}`, isSure: false }
      : { reason, isSure: true };
  }
}

function loopDelayReason(delayMs: number | undefined, name: string, pace: MeasuredPace): string | undefined {
  if (delayMs === undefined) return undefined;
  const firstLimitMs = Math.max(loopDelayFloorMs, firstShare * (pace.medianFirstMs ?? 0));
  const said = `event-loop delay ${name} ${milliseconds(delayMs)} is over`;
  if (delayMs > firstLimitMs) return `${said} ${milliseconds(firstLimitMs)}`;
  const gapMs = pace.medianChunkGapMs;
  // Chunks of one read have no gap that a delay could spoil.
  if (gapMs === undefined || gapMs === 0 || delayMs <= gapShare * gapMs) return undefined;
  return `${said} half the median chunk gap of ${milliseconds(gapMs)}`;
}

function milliseconds(value: number): string {
  return `${value.toPrecision(3)} ms`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}
