import type { LevelPrepared } from '../events/events.ts';
import { loadWords } from '../events/loadWords.ts';
import type { Analysed } from '../metrics/analysed.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import { nextRateOf } from '../metrics/rateSearch.ts';
import { type Criterion, criterionHearing } from './criterion.ts';

/** Completes a level of `--search_rate` once it is sure whether its rate holds. */
export function probeDecided(): Criterion {
  return criterionHearing(['sweep.started', 'level.prepared', 'level.finished', 'window.closed'], () => {
    const searches = new Searches();
    let prepared: LevelPrepared | undefined;
    return (item) => {
      searches.hear(item);
      if (item.type === 'level.prepared') prepared = searches.has(item.sweep) ? item : undefined;
      if (item.type === 'level.finished') prepared = undefined;
      if (item.type !== 'window.closed' || prepared === undefined || item.attainment === undefined) return undefined;
      const { verdict, ratio, low, high, requests } = item.attainment;
      if (verdict === 'open') return undefined;
      const { level, sweep, load } = prepared;
      prepared = undefined; // said once
      const [value, limit] = verdict === 'held' ? [low, ratio] : [high, ratio];
      return {
        criterion: 'search_rate',
        action: 'completeLevel',
        level,
        sweep,
        atSeq: item.atSeq,
        atMs: item.atMs,
        value,
        limit,
        message: `${loadWords(load)} are ${verdict}: ${percent(ratio)} of ${requests} requests kept the objectives (${percent(low)} to ${percent(high)})`,
      };
    };
  });
}

/** Ends a sweep with `--search_rate` once there is no further rate to try, and says why. */
export function rateSearch(): Criterion {
  return criterionHearing(['sweep.started', 'level.summarized'], () => {
    const searches = new Searches();
    const levels: LevelSummary[] = [];
    return (item) => {
      searches.hear(item);
      if (item.type !== 'level.summarized') return undefined;
      levels.push(item.summary);
      const { level, sweep, load } = item.summary;
      const next = searches.has(sweep) ? nextRateOf(levels, sweep) : undefined;
      if (next?.kind !== 'stop') return undefined;
      return {
        criterion: 'search_rate',
        action: 'endSweep',
        level,
        sweep,
        atSeq: item.atSeq,
        atMs: item.atMs,
        value: load.value,
        limit: load.value,
        message: next.message,
      };
    };
  });
}

/** Which sweeps look for a rate. */
class Searches {
  readonly #sweeps = new Set<number>();

  hear(item: Analysed): void {
    if (item.type === 'sweep.started' && item.options['search_rate'] === true) this.#sweeps.add(item.sweep);
  }

  has(sweep: number): boolean {
    return this.#sweeps.has(sweep);
  }
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)} %`;
}
