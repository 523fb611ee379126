import type { CriteriaSettings } from '../../src/criteria/namedRule.ts';
import type { Recorded, RunEvent } from '../../src/events/events.ts';
import type { Analysed } from '../../src/metrics/analysed.ts';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import type { RollingWindow, WindowSpread } from '../../src/metrics/rollingWindow.ts';
import type { LevelSummarized, WindowClosed } from '../../src/metrics/runFold.ts';

/** What a run has whose options say nothing of criteria. */
export const usual: CriteriaSettings = { early_stop_latency: 10, max_error_ratio: 0.5, stop_at_plateau: false };

const noSpread: WindowSpread = { count: 0 };

/** The level's clients begin to warm up. */
export function prepared(level: number, clients = 4, atMs = 0, sweep = 0): Recorded {
  const load = { kind: 'clients', value: clients } as const;
  const asked = { planned: 100, promptLength: 1, maxNewTokens: 1, streaming: true };
  return recorded({ type: 'level.prepared', worker: 0, atMs, level, sweep, load, clients, workers: 1, ...asked });
}

export function started(level: number, atMs: number): Recorded {
  return recorded({ type: 'level.started', worker: 0, atMs, level });
}

/** A whole rolling window of ten seconds that ends at `toMs`; nothing happened in it but what is given. */
export function window(
  toMs: number,
  more: Partial<RollingWindow> & { readonly relativeHalfWidth?: number } = {},
): WindowClosed {
  const { relativeHalfWidth, ...figures } = more;
  const spreads = { ttftMs: noSpread, tpotMs: noSpread, e2eMs: noSpread };
  const flow = { requestsPerSec: 0, outputTokensPerSec: 0, inFlight: 4, failures: {}, empty: 0, clients: {} };
  const at = { level: 0, sweep: 0, fromMs: toMs - 10_000, toMs };
  return {
    type: 'window.closed',
    atSeq: toMs,
    atMs: toMs,
    window: { ...at, ...spreads, ...flow, ...figures },
    ...(relativeHalfWidth === undefined ? {} : { relativeHalfWidth }),
  };
}

export function summarized(summary: LevelSummary, atMs = 1000 * (summary.level + 1)): LevelSummarized {
  return { type: 'level.summarized', atSeq: atMs, atMs, summary };
}

/** A sample of the load generator: it moves the time, and nothing else. */
export function sampled(atMs: number): Recorded {
  const usage = { periodMs: 1000, loopDelayBins: [], cpuRatio: 0, gcPauseMs: 0, residentBytes: 0 };
  return recorded({ type: 'generator.sampled', worker: 1, atMs, ...usage, sends: 0, lateSends: 0, inFlight: 0 });
}

/** A completed request of 100 prompt and 50 output tokens. */
export function answered(atMs: number, level = 0): Recorded {
  const stamps = {
    level,
    client: 0,
    request: 0,
    warmup: false,
    scheduledAtMs: 0,
    sentAtMs: 0,
    closedAtMs: atMs,
    chunks: 0,
  };
  const tokens = { promptTokens: 100, outputTokens: 50, tokenSource: 'usage' } as const;
  return recorded({ type: 'request.completed', worker: 1, atMs, ...stamps, streamed: false, ...tokens });
}

/** The spread of a window whose figures are all alike. */
export function allAt(ms: number, count: number): WindowSpread {
  return { mean: ms, p50: ms, p90: ms, p99: ms, count };
}

/** Every item of several lists, in order. */
export function stream(...items: readonly (Analysed | readonly Analysed[])[]): readonly Analysed[] {
  return items.flat() as readonly Analysed[];
}

function recorded(event: RunEvent): Recorded {
  return { ...event, seq: event.atMs };
}
