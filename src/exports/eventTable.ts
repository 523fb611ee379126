import type { Recorded } from '../events/events.ts';
import type { Column } from './column.ts';

export const eventColumns: readonly Column<Recorded>[] = [
  {
    name: 'seq',
    type: 'integer',
    meaning: 'Its number, from 0 over the whole run, without gaps',
    cell: (event) => event.seq,
  },
  { name: 'type', type: 'text', meaning: 'What happened', cell: (event) => event.type },
  {
    name: 'worker',
    type: 'integer',
    meaning: 'The process that saw it: 0 is the main one',
    cell: (event) => event.worker,
  },
  { name: 'atMs', type: 'number', unit: 'ms', meaning: "When, since the run's start", cell: (event) => event.atMs },
  {
    name: 'level',
    type: 'integer',
    meaning: 'Number of its level, from 0',
    cell: (event) => ('level' in event ? event.level : undefined),
  },
  {
    name: 'request',
    type: 'integer',
    meaning: 'Number of its request',
    cell: (event) => ('request' in event ? event.request : undefined),
  },
  { name: 'event', type: 'json', meaning: 'All of the event', cell: (event) => event },
];

/** Every event of a log, in order. */
export function* eventRows(batches: Iterable<readonly Recorded[]>): Iterable<Recorded> {
  for (const batch of batches) yield* batch;
}
