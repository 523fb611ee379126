import type { LevelPrepared } from '../events/events.ts';
import { type Criterion, criterionHearing } from './criterion.ts';
import type { NamedRule } from './namedRule.ts';

/** The same as a name in rules. */
export const precisionReachedRule: NamedRule = {
  name: 'precision_reached',
  meaning: "half the width of the throughput's 95 % interval is at most `--precision`, or 2 %",
  text: ({ precision = 0.02 }) => `half_width(throughput) <= ${precision}`,
};

/**
 * Completes a level once half the width of its throughput's 95 % interval is at most a share of it. Looked at with each
 * rolling window, so once a second of event time; before there are ten batches of three median latencies it is unknown.
 * A level of `--num_clients auto` with objectives goes on until it is sure of those, too: the search needs to know.
 *
 * @param limitRatio share of the throughput
 * @param hasObjectives whether something is asked of requests
 */
export function precisionReached(limitRatio: number, hasObjectives = false): Criterion {
  return criterionHearing(['sweep.started', 'level.prepared', 'level.finished', 'window.closed'], () => {
    let prepared: LevelPrepared | undefined;
    let isSearch = false;
    return (item) => {
      if (item.type === 'sweep.started') isSearch = item.options['num_clients'] === 'auto';
      if (item.type === 'level.prepared') prepared = item;
      if (item.type === 'level.finished') prepared = undefined;
      if (item.type !== 'window.closed' || prepared === undefined) return undefined;
      const { level, sweep, clients } = prepared;
      const value = item.relativeHalfWidth;
      if (value === undefined || value > limitRatio) return undefined;
      if (isSearch && hasObjectives && (item.attainment?.verdict ?? 'open') === 'open') return undefined;
      prepared = undefined; // said once
      return {
        criterion: 'precision',
        action: 'completeLevel',
        level,
        sweep,
        atSeq: item.atSeq,
        atMs: item.atMs,
        value,
        limit: limitRatio,
        message: `the throughput of ${clients} ${clients === 1 ? 'client' : 'clients'} is known within ${+(value * 100).toFixed(2)} %`,
      };
    };
  });
}
