import type { LevelSummary } from '../metrics/levelSummary.ts';
import { type Criterion, criterionHearing } from './criterion.ts';
import { nextLoad } from './nextLoad.ts';

/** Ends a sweep with `--num_clients auto` once {@link nextLoad} has no further load for it, and says why. */
export function loadSearch(): Criterion {
  return criterionHearing(['sweep.started', 'level.summarized'], () => {
    const maxClients = new Map<number, number>();
    const levels: LevelSummary[] = [];
    return (item) => {
      if (item.type === 'sweep.started' && item.options['num_clients'] === 'auto') {
        maxClients.set(item.sweep, Number(item.options['max_clients']));
      }
      if (item.type !== 'level.summarized') return undefined;
      const { level, sweep } = item.summary;
      const most = maxClients.get(sweep);
      if (most === undefined) return undefined;
      levels.push(item.summary);
      const ofSweep = levels.filter((summary) => summary.sweep === sweep);
      const next = nextLoad(ofSweep, most);
      if (next.kind === 'run') return undefined;
      return {
        criterion: 'num_clients',
        action: 'endSweep',
        level,
        sweep,
        atSeq: item.atSeq,
        atMs: item.atMs,
        value: Math.max(...ofSweep.map(({ clients }) => clients)),
        limit: most,
        message: next.message,
      };
    };
  });
}
