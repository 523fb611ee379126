import type { LevelPrepared } from '../events/events.ts';
import { loadWords } from '../events/loadWords.ts';
import { type Criterion, criterion } from './criterion.ts';

/**
 * Ends a level once event time has gone that far beyond its start, and goes on with the next. Any event moves the time,
 * also the load generator's samples while a server hangs.
 *
 * @param limitSeconds s
 */
export function maxLevelSeconds(limitSeconds: number): Criterion {
  return criterion(() => {
    let prepared: LevelPrepared | undefined;
    let startMs = Number.POSITIVE_INFINITY;
    return (item) => {
      if (item.type === 'level.prepared') prepared = item;
      if (item.type === 'level.started') startMs = item.atMs;
      if (item.type === 'level.finished') startMs = Number.POSITIVE_INFINITY;
      if (prepared === undefined || item.atMs - startMs < limitSeconds * 1000 || !('seq' in item)) return undefined;
      const value = (item.atMs - startMs) / 1000;
      startMs = Number.POSITIVE_INFINITY; // said once
      return {
        criterion: 'max_level_seconds',
        action: 'endLevel',
        level: prepared.level,
        sweep: prepared.sweep,
        atSeq: item.seq,
        atMs: item.atMs,
        value,
        limit: limitSeconds,
        message: `the level with ${loadWords(prepared.load)} ran for ${limitSeconds} s, as long as it may`,
      };
    };
  });
}
