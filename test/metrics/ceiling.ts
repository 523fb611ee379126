import type { MachineCeiling } from '../../src/events/events.ts';

/** A machine whose workers take 20 us a request and 10 us a chunk, its main process a quarter of that. */
export const ceiling: MachineCeiling = {
  calibratedAt: '2026-01-02T03:04:05.678Z',
  workerMicrosPerRequest: 20,
  workerMicrosPerChunk: 10,
  mainMicrosPerRequest: 5,
  mainMicrosPerChunk: 2.5,
  errorsAt: { streams: 128, gapMs: 20 },
  ttftErrorMs: { p50: 0.2, p99: 1.5 },
  gapErrorMs: { p50: 0.1, p99: 0.8 },
};
