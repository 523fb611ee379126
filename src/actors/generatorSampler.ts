import { constants, PerformanceObserver, performance } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import { type Clock, clockErrorMs, wallClock } from '../core/clock.ts';
import type { GeneratorSampled } from '../events/events.ts';
import { Histogram } from '../metrics/histogram.ts';
import type { SendCounts } from './exchangeDesk.ts';

const periodMs = 1000;
const tickMs = 10;
/** Node's timers count whole milliseconds: so much of a tick's lateness says nothing. */
const resolutionMs = 1;
/** By less a wall clock is put right as it goes on. */
const leastJumpMs = 1000;

/** What a sampler reads of the process that it watches. */
export interface Watched {
  readonly worker: number;
  readonly counts: SendCounts;
  readonly inFlight: () => number;
  readonly level: () => number | undefined;
  readonly emit: (event: GeneratorSampled) => void;
}

/** A sampler that runs. */
export interface GeneratorSampler {
  /** Samples what has passed since the last time, so that a short level has a sample as well. */
  sample(): void;
  stop(): void;
}

/** Watches how well a load generator's process keeps up: samples once a second. */
export function startGeneratorSampler(clock: Clock, watched: Watched): GeneratorSampler {
  let delays = new Histogram();
  let gcPauseMs = 0;
  const busy = createBusyMeter();
  let residentBytes = process.memoryUsage.rss();
  let sampledAtMs = clock.nowMs();
  let wallAtMs = wallClock().getTime();
  let dueAtMs = sampledAtMs + tickMs;

  const collections = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { detail } = entry as unknown as { detail: { kind: number } };
      if (detail.kind !== constants.NODE_PERFORMANCE_GC_INCREMENTAL) gcPauseMs += entry.duration;
    }
  });
  collections.observe({ entryTypes: ['gc'] });

  function tick(): void {
    const nowMs = clock.nowMs();
    // A loop that stands still for long takes many ticks with it, and each of them was late.
    for (let lateMs = nowMs - dueAtMs - resolutionMs; ; lateMs -= tickMs) {
      delays.record(Math.max(0, lateMs));
      if (lateMs < tickMs) break;
    }
    if (nowMs - sampledAtMs >= periodMs) sample(nowMs);
    dueAtMs = nowMs + tickMs;
    timer = clock.setTimeout(tick, tickMs);
  }

  /** It is read out of a file, which cannot be opened where clients have taken all that may be open. */
  function lookAtMemory(): void {
    try {
      residentBytes = process.memoryUsage.rss();
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EMFILE') throw thrown;
    }
  }

  function sample(atMs: number): void {
    lookAtMemory();
    const level = watched.level();
    const { counts } = watched;
    const wallNowMs = wallClock().getTime();
    const wallJumpMs = wallNowMs - wallAtMs - (atMs - sampledAtMs);
    watched.emit({
      type: 'generator.sampled',
      worker: watched.worker,
      atMs,
      ...(level === undefined ? {} : { level }),
      periodMs: atMs - sampledAtMs,
      loopDelayBins: delays.toPairs(),
      cpuRatio: busy(atMs - sampledAtMs),
      gcPauseMs,
      residentBytes,
      sends: counts.sends,
      lateSends: counts.lateSends,
      ...(counts.heldSends === 0 ? {} : { heldSends: counts.heldSends }),
      inFlight: watched.inFlight(),
      ...(Math.abs(wallJumpMs) < leastJumpMs ? {} : { wallJumpMs }),
      clockErrorMs,
    });
    delays = new Histogram();
    gcPauseMs = 0;
    counts.sends = 0;
    counts.lateSends = 0;
    counts.heldSends = 0;
    sampledAtMs = atMs;
    wallAtMs = wallNowMs;
  }

  let timer = clock.setTimeout(tick, tickMs);
  return {
    sample: () => {
      if (clock.nowMs() > sampledAtMs) sample(clock.nowMs());
    },
    stop: () => {
      clock.clearTimeout(timer);
      collections.disconnect();
    },
  };
}

/**
 * Gives the share of a core that was used since the last call. A thread cannot tell its CPU time from that of its
 * siblings (before Node 24): there it is the share of time in which its event loop was busy.
 */
function createBusyMeter(): (periodMs: number) => number {
  if (isMainThread) {
    let before = process.cpuUsage();
    return (periodMs) => {
      const spent = process.cpuUsage(before);
      before = process.cpuUsage();
      return (spent.user + spent.system) / 1000 / periodMs;
    };
  }
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}
