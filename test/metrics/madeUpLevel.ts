import type { LevelSummary } from '../../src/metrics/levelSummary.ts';

const none = { count: 0, undefinedCount: 0 };

/** A level's summary in which only throughput and latency matter; the rest can be overridden. */
export function madeUpLevel(
  clients: number,
  requestsPerSec: number,
  e2eMs: number,
  more: Partial<LevelSummary> = {},
): LevelSummary {
  const steady = { seconds: 60, requestsPerSec, completedPerSec: requestsPerSec, inputTokensPerSec: 0 };
  const requests = { planned: 128, completed: 128, failed: 0, empty: 0, cutOff: 0, unsent: 0, throttled: 0 };
  return {
    level: clients,
    sweep: 0,
    load: { kind: 'clients', value: clients },
    clients,
    promptLength: 100,
    maxNewTokens: 20,
    streaming: true,
    status: 'completed',
    requests: { ...requests, byFailureKind: {} },
    achieved: {},
    tokenSources: { usage: 128 },
    steady: { ...steady, outputTokensPerSec: requestsPerSec * 20 },
    queueMs: none,
    ttftMs: none,
    tpotMs: none,
    itlMs: none,
    e2eMs: { mean: e2eMs, p50: e2eMs, count: 128, undefinedCount: 0 },
    maxStallMs: none,
    generator: { verdict: 'ok' },
    meanE2eMs: e2eMs,
    ...more,
  };
}
