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
  const isSearch = sweeps.some(({ options }) => options['num_clients'] === 'auto');
  const levels = isSearch ? undefined : sweeps.reduce((sum, { options }) => sum + lengthOf(options['num_clients']), 0);
  return { sweeps, levels };
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}
