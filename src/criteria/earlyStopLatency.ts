import { loadWords } from '../events/loadWords.ts';
import { type Criterion, criterion } from './criterion.ts';

/**
 * No larger level is run once a level's mean end-to-end latency, over all its completed requests, reaches a limit.
 *
 * @param limitSeconds s
 */
export function earlyStopLatency(limitSeconds: number): Criterion {
  return criterion(() => (item) => {
    if (item.type !== 'level.summarized') return undefined;
    const { level, sweep, load, meanE2eMs } = item.summary;
    if (meanE2eMs === undefined || meanE2eMs < limitSeconds * 1000) return undefined;
    const value = meanE2eMs / 1000;
    return {
      criterion: 'early_stop_latency',
      action: 'endSweep',
      level,
      sweep,
      atSeq: item.atSeq,
      atMs: item.atMs,
      value,
      limit: limitSeconds,
      message: `the mean latency of ${loadWords(load)} was ${value.toFixed(2)} s (limit ${limitSeconds} s)`,
    };
  });
}
