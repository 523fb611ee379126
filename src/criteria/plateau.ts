import { loadWords } from '../events/loadWords.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import { gainLimit, gainOfLast, isTrusted } from '../metrics/saturation.ts';
import { type Criterion, criterionHearing } from './criterion.ts';
import type { NamedRule } from './namedRule.ts';

/** The same with confidence, as a name in rules: a level too short for an interval fires nothing. */
export const plateauRule: NamedRule = {
  name: 'plateau',
  meaning: 'with 97.5 % confidence the largest load gained less than 5 % over the best of the smaller ones',
  text: () => `gain_at_most(throughput) < ${gainLimit * 100}%`,
};

/**
 * Ends the sweep once a level brings less than 5 % more throughput than the ones before, as `gainOfLast` measures it.
 * Levels that cannot be trusted (client-limited, failed) neither stop a sweep nor are compared with.
 */
export function plateau(): Criterion {
  return criterionHearing(['level.summarized'], () => {
    const levels: LevelSummary[] = [];
    return (item) => {
      if (item.type !== 'level.summarized' || !isTrusted(item.summary)) return undefined;
      const { level, sweep, load } = item.summary;
      levels.push(item.summary);
      const gain = gainOfLast(levels.filter((summary) => summary.sweep === sweep));
      if (gain === undefined || gain >= gainLimit) return undefined;
      return {
        criterion: 'plateau',
        action: 'endSweep',
        level,
        sweep,
        atSeq: item.atSeq,
        atMs: item.atMs,
        value: gain,
        limit: gainLimit,
        message: `${loadWords(load)} brought ${gainInWords(gain)} throughput than ${load.kind === 'clients' ? 'fewer' : 'less'} (limit ${gainLimit * 100} %)`,
      };
    };
  });
}

function gainInWords(gain: number): string {
  return `${Math.abs(gain * 100).toFixed(1)} % ${gain < 0 ? 'less' : 'more'}`;
}
