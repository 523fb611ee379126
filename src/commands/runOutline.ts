import type { EventLogReader } from '../events/eventLog.ts';
import { eventsOf } from '../events/eventLog.ts';
import type { SweepStarted } from '../events/events.ts';

/** What a run set out to do, as the head of its log tells it. */
export interface RunOutline {
  readonly sweeps: readonly SweepStarted[];
  /** Levels of the whole run; `undefined` where they were chosen on the way. */
  readonly levels: number | undefined;
}

/** Reads the head of a log, up to its first level. */
export function runOutline(log: EventLogReader): RunOutline {
  const sweeps: SweepStarted[] = [];
  for (const event of eventsOf(log)) {
    if (event.type === 'sweep.started') sweeps.push(event);
    if ('level' in event && event.level !== undefined) break;
  }
  const loads = sweeps.map(({ options }) =>
    options['trace'] === undefined ? (options['request_rate'] ?? options['num_clients']) : options['trace_speed'],
  );
  const isSearch = sweeps.some(({ options }) => options['search_rate'] === true);
  const levels =
    isSearch || loads.includes('auto') ? undefined : loads.reduce((sum: number, list) => sum + lengthOf(list), 0);
  return { sweeps, levels };
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}
