import { loadWords } from '../events/loadWords.ts';
import { type Criterion, criterionHearing } from './criterion.ts';
import type { NamedRule } from './namedRule.ts';

/** The same as a name in rules. */
export const earlyStopLatencyRule: NamedRule = {
  name: 'early_stop_latency',
  meaning: 'the mean e2e of a level, over all its requests, reached `--early_stop_latency`',
  text: ({ early_stop_latency }) => `level_e2e >= ${early_stop_latency}s`,
};

/**
 * No larger level is run once a level's mean end-to-end latency, over all its completed requests, reaches a limit.
 *
 * @param limitSeconds s
 */
export function earlyStopLatency(limitSeconds: number): Criterion {
  return criterionHearing(['level.summarized'], () => (item) => {
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
