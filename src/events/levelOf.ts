import type { RunEvent } from './events.ts';

/** The level that an event belongs to; `undefined` where it is one of the run. A plain read, since it is asked of every event. */
export function levelOf(event: RunEvent): number | undefined {
  return (event as { readonly level?: number }).level;
}
