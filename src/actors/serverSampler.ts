import type { MetricsScraper } from '../clients/metricsScraper.ts';
import type { Clock } from '../core/clock.ts';
import { mainWorker, type ServerSampled } from '../events/events.ts';

/** Watches what the server says of itself, as far as it says something. */
export interface ServerSampler {
  /** Another server from now on; undefined where it has no metrics. */
  watch(scraper: MetricsScraper | undefined): void;
  /** Samples are the level's from now on. Resolves when there is one from before its first request, or none can be had. */
  levelPrepared(level: number): Promise<void>;
  /** Every client is warm. Resolves when there is a sample from between warm-up and start, or none can be had. */
  levelWarm(): Promise<void>;
  /** Resolves when there is a sample from after its last request, or none can be had. */
  levelEnded(): Promise<void>;
  stop(): void;
}

export interface ServerSamplerSettings {
  readonly clock: Clock;
  readonly periodMs: number;
  readonly emit: (event: ServerSampled) => void;
  /** The server has no metrics, or none that are known: it is left alone. */
  readonly onMissing: () => void;
}

/** A server is asked so often before it has answered once. */
const patience = 2;

/**
 * Samples a server once a period, and at the edges of each level: before its warm-up, before its start, after its end.
 * Only the edges are waited for, while nothing is measured, and no longer than a page may take.
 */
export function createServerSampler({ clock, periodMs, emit, onMissing }: ServerSamplerSettings): ServerSampler {
  let scraper: MetricsScraper | undefined;
  let level: number | undefined;
  let misses = 0;
  let timer: unknown;

  async function sample(): Promise<void> {
    const asked = scraper;
    const askedAtMs = clock.nowMs();
    const figures = await asked?.scrape();
    if (asked === undefined || asked !== scraper) return; // stopped, or another server by now
    if (figures === undefined) return miss();
    misses = Number.NEGATIVE_INFINITY; // it has metrics: later it may miss some
    const atMs = clock.nowMs();
    const ofLevel = level === undefined ? {} : { level };
    emit({ type: 'server.sampled', worker: mainWorker, atMs, ...ofLevel, askedAtMs, figures });
  }

  function miss(): void {
    misses++;
    if (misses < patience) return;
    stop();
    onMissing();
  }

  async function tick(of: MetricsScraper): Promise<void> {
    const dueMs = clock.nowMs() + periodMs;
    await sample();
    if (of === scraper) timer = clock.setTimeout(() => void tick(of), Math.max(0, dueMs - clock.nowMs()));
  }

  function stop(): void {
    clock.clearTimeout(timer);
    scraper?.close();
    scraper = undefined;
  }

  return {
    watch(next) {
      stop();
      scraper = next;
      misses = 0;
      if (next !== undefined) void tick(next);
    },
    async levelPrepared(prepared) {
      level = prepared;
      await sample();
    },
    levelWarm: sample,
    async levelEnded() {
      await sample();
      level = undefined;
    },
    stop,
  };
}
