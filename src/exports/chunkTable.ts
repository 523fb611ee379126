import type { Recorded } from '../events/events.ts';
import type { Column } from './column.ts';

/** One output-bearing chunk of one request. */
export interface ChunkRow {
  readonly request: number;
  readonly level: number;
  readonly warmup: boolean;
  readonly chunk: number;
  readonly atMs: number;
  readonly gapMs: number | undefined;
  readonly tokens: number | undefined;
}

export const chunkColumns: readonly Column<ChunkRow>[] = [
  { name: 'request', type: 'integer', meaning: 'Number of its request', cell: (row) => row.request },
  { name: 'level', type: 'integer', meaning: 'Number of its level, from 0', cell: (row) => row.level },
  {
    name: 'warmup',
    type: 'boolean',
    meaning: 'Whether the request was a warm-up, which is in no figure',
    cell: (row) => row.warmup,
  },
  { name: 'chunk', type: 'integer', meaning: 'Its number in the answer, from 0', cell: (row) => row.chunk },
  { name: 'atMs', type: 'number', unit: 'ms', meaning: "Arrival, since the run's start", cell: (row) => row.atMs },
  {
    name: 'gapMs',
    type: 'number',
    unit: 'ms',
    meaning: 'Time since the chunk before it; absent for the first',
    cell: (row) => row.gapMs,
  },
  {
    name: 'tokens',
    type: 'integer',
    unit: 'tokens',
    meaning: 'Tokens in it, where the server tells',
    cell: (row) => row.tokens,
  },
];

/** A row for each chunk, in the order of the log. */
export function* chunkRows(batches: Iterable<readonly Recorded[]>): Iterable<ChunkRow> {
  const latest = new Map<number, { readonly chunk: number; readonly atMs: number }>();
  for (const batch of batches) {
    for (const event of batch) {
      if (event.type === 'request.completed' || event.type === 'request.failed') latest.delete(event.request);
      if (event.type !== 'request.progressed') continue;
      const { request, level, warmup, chunkAtMs, chunkTokens } = event;
      for (const [index, atMs] of chunkAtMs.entries()) {
        const before = latest.get(request);
        const chunk = (before?.chunk ?? -1) + 1;
        latest.set(request, { chunk, atMs });
        const gapMs = before === undefined ? undefined : atMs - before.atMs;
        yield { request, level, warmup, chunk, atMs, gapMs, tokens: chunkTokens?.[index] };
      }
    }
  }
}
