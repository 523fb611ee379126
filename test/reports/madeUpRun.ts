import type { Distribution, LevelSummary } from '../../src/metrics/levelSummary.ts';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import { saturation } from '../../src/metrics/saturation.ts';

export interface MadeUpServer {
  /** Running sequences at once. */
  readonly slots: number;
  /** Ms of a step, and what each running sequence adds. */
  readonly stepMs: number;
  readonly perSequenceMs: number;
}

const outputTokens = 64;

/** A level as an ideal server of that kind would give it; numbers made up for what reports look like. */
export function madeUpLevel(
  clients: number,
  { slots, stepMs, perSequenceMs }: MadeUpServer = { slots: 16, stepMs: 7.8, perSequenceMs: 0.3 },
  level = 0,
): LevelSummary {
  const running = Math.min(clients, slots);
  const tpot = stepMs + perSequenceMs * running;
  const serviceMs = 35 + tpot * outputTokens;
  const requestsPerSec = (running * 1000) / serviceMs;
  const e2e = (clients * 1000) / requestsPerSec;
  const ttft = 35 + tpot + (e2e - serviceMs);
  const completed = Math.max(12, 12 * clients);
  return {
    level,
    sweep: 0,
    load: { kind: 'clients', value: clients },
    clients,
    promptLength: 256,
    maxNewTokens: outputTokens,
    streaming: true,
    status: 'completed',
    requests: {
      planned: completed,
      completed,
      failed: 0,
      empty: 0,
      cutOff: 0,
      unsent: 0,
      throttled: 0,
      byFailureKind: {},
    },
    achieved: { promptTokens: 254, outputTokens, askedOutputTokens: outputTokens },
    tokenSources: { usage: completed },
    steady: throughput(requestsPerSec, clients),
    whole: throughput(requestsPerSec * 0.97, clients),
    queueMs: spread(0.1, completed),
    ttftMs: spread(ttft, completed),
    tpotMs: spread(tpot, completed),
    itlMs: spread(tpot, completed * outputTokens),
    e2eMs: spread(e2e, completed),
    maxStallMs: spread(tpot * 3, completed),
    tokensPerChunk: { mean: 1, max: 1 },
    estimatedRequestsPerSec: requestsPerSec,
    littleRatio: 1.004,
    generator: { verdict: 'ok', loopDelayP99Ms: 1.1 + clients / 40, cpuRatio: 0.05 + clients / 400, lateSendRatio: 0 },
    meanE2eMs: e2e,
  };
}

/** A run over one sweep of levels. */
export function madeUpRun(levels: readonly LevelSummary[], more: Partial<RunSummary> = {}): RunSummary {
  const found = saturation(levels);
  return {
    schemaVersion: 1,
    run: {
      id: '20261124-161500-k3f',
      startedAt: '2026-11-24T16:15:00.000Z',
      api: 'simulator',
      model: 'simulated-8b',
      tokenizer: 'o200k_base',
      options: {},
      exitCode: 0,
    },
    sweeps: [{ id: 0, options: {}, saturation: found }],
    levels,
    saturation: found,
    warnings: [],
    ...more,
  };
}

export function spread(mean: number, count: number): Distribution {
  return {
    mean,
    sd: mean * 0.2,
    min: mean * 0.6,
    p50: mean * 0.98,
    p90: mean * 1.25,
    p95: mean * 1.33,
    p99: mean * 1.5,
    max: mean * 1.7,
    count,
    undefinedCount: 0,
  };
}

function throughput(requestsPerSec: number, clients: number) {
  return {
    seconds: (12 * clients) / requestsPerSec,
    requestsPerSec,
    completedPerSec: requestsPerSec,
    outputTokensPerSec: requestsPerSec * outputTokens,
    inputTokensPerSec: requestsPerSec * 254,
    ...(clients > 4 ? { relativeHalfWidth: 0.015 } : {}),
  };
}
