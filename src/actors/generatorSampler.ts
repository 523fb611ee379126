import { constants, PerformanceObserver } from 'node:perf_hooks';
import type { Clock } from '../core/clock.ts';
import type { GeneratorSampled } from '../events/events.ts';
import { Histogram } from '../metrics/histogram.ts';
import type { SendCounts } from './exchangeDesk.ts';

const periodMs = 1000;
const tickMs = 10;
/** Node's timers count whole milliseconds: so much of a tick's lateness says nothing. */
const resolutionMs = 1;

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
  let cpu = process.cpuUsage();
  let sampledAtMs = clock.nowMs();
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
    delays.record(Math.max(0, nowMs - dueAtMs - resolutionMs));
    if (nowMs - sampledAtMs >= periodMs) sample(nowMs);
    dueAtMs = nowMs + tickMs;
    timer = clock.setTimeout(tick, tickMs);
  }

  function sample(atMs: number): void {
    const spent = process.cpuUsage(cpu);
    const level = watched.level();
    const { counts } = watched;
    watched.emit({
      type: 'generator.sampled',
      worker: watched.worker,
      atMs,
      ...(level === undefined ? {} : { level }),
      periodMs: atMs - sampledAtMs,
      loopDelayBins: delays.toPairs(),
      cpuRatio: (spent.user + spent.system) / 1000 / (atMs - sampledAtMs),
      gcPauseMs,
      residentBytes: process.memoryUsage.rss(),
      sends: counts.sends,
      lateSends: counts.lateSends,
      inFlight: watched.inFlight(),
    });
    cpu = process.cpuUsage();
    delays = new Histogram();
    gcPauseMs = 0;
    counts.sends = 0;
    counts.lateSends = 0;
    sampledAtMs = atMs;
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
