import type { Recorded } from '../events/events.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import type { RequestLimit } from '../metrics/requestLimit.ts';
import { chunkColumns, chunkRows } from './chunkTable.ts';
import { type ColumnHead, type Rows, toRows } from './column.ts';
import { eventColumns, eventRows } from './eventTable.ts';
import { levelSpans } from './levelSpans.ts';
import { requestRows } from './requestRows.ts';
import { requestColumns } from './requestTable.ts';
import { windowColumns, windowRows } from './windowTable.ts';

/** What tables are made of: the batches of a log, which may be gone through more than once. */
export interface TableSource {
  readonly batches: () => Iterable<readonly Recorded[]>;
  readonly options: MetricsOptions;
  /** What the run asked of each request. */
  readonly limits?: readonly RequestLimit[];
}

/** What a log can be exported as. */
export interface Table {
  /** What a row is, in words. */
  readonly row: string;
  readonly columns: readonly ColumnHead[];
  readonly open: (source: TableSource) => Rows;
}

/** The tables by their names in `--what`. */
export const tables = {
  requests: {
    row: 'A request, warm-up requests too; in the order in which they ended',
    columns: requestColumns,
    open: ({ batches, limits }) => toRows(requestColumns, requestRows(batches(), levelSpans(batches()), limits)),
  },
  chunks: {
    row: 'A chunk of a streamed answer: one event with output, in the order of the log',
    columns: chunkColumns,
    open: ({ batches }) => toRows(chunkColumns, chunkRows(batches())),
  },
  windows: {
    row: 'A rolling window, as the terminal showed them: they move by one second (`--window_seconds`)',
    columns: windowColumns,
    open: ({ batches, options }) => toRows(windowColumns, windowRows(batches(), options)),
  },
  events: {
    row: 'An event of the log',
    columns: eventColumns,
    open: ({ batches }) => toRows(eventColumns, eventRows(batches())),
  },
} satisfies Record<string, Table>;
