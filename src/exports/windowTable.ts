import type { Recorded } from '../events/events.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import type { RollingWindow, WindowSpread } from '../metrics/rollingWindow.ts';
import { RunFold } from '../metrics/runFold.ts';
import type { Column } from './column.ts';

export const windowColumns: readonly Column<RollingWindow>[] = [
  { name: 'level', type: 'integer', meaning: 'Number of its level, from 0', cell: (row) => row.level },
  { name: 'sweep', type: 'integer', meaning: 'Number of its sweep, from 0', cell: (row) => row.sweep },
  {
    name: 'fromMs',
    type: 'number',
    unit: 'ms',
    meaning: "Its beginning, since the run's start",
    cell: (row) => row.fromMs,
  },
  { name: 'toMs', type: 'number', unit: 'ms', meaning: 'Its end', cell: (row) => row.toMs },
  {
    name: 'requestsPerSec',
    type: 'number',
    unit: '1/s',
    meaning: 'Requests completed with output',
    cell: (row) => row.requestsPerSec,
  },
  {
    name: 'outputTokensPerSec',
    type: 'number',
    unit: 'tokens/s',
    meaning: 'Output tokens, credited as their chunks arrived',
    cell: (row) => row.outputTokensPerSec,
  },
  ...spread('ttftMs', 'Time to first token (open loop: from due)', ({ ttftMs }) => ttftMs),
  ...spread('tpotMs', 'Time per output token', ({ tpotMs }) => tpotMs),
  ...spread('e2eMs', 'End-to-end latency (open loop: from due)', ({ e2eMs }) => e2eMs),
  ...spread(
    'ttftFromSentMs',
    'Where the others count from due (open loop): TTFT from the sending',
    ({ fromSent }) => fromSent?.ttftMs,
  ),
  ...spread('e2eFromSentMs', 'The same of end-to-end latency', ({ fromSent }) => fromSent?.e2eMs),
  { name: 'inFlight', type: 'integer', meaning: 'Requests in flight at its end', cell: (row) => row.inFlight },
  {
    name: 'failed',
    type: 'integer',
    meaning: 'Requests that failed in it, those we cut off among them',
    cell: (row) => sum(row.failures),
  },
  { name: 'failures', type: 'json', meaning: 'The same by kind', cell: (row) => row.failures },
  { name: 'empty', type: 'integer', meaning: 'Answers without output', cell: (row) => row.empty },
  { name: 'clients', type: 'json', meaning: 'Clients by phase at its end', cell: (row) => row.clients },
];

function spread(
  name: string,
  title: string,
  of: (row: RollingWindow) => WindowSpread | undefined,
): readonly Column<RollingWindow>[] {
  const figures = ['mean', 'p50', 'p90', 'p99'] as const;
  return [
    ...figures.map((figure): Column<RollingWindow> => {
      const meaning = `${title} of the requests completed in it, ${figure}${figure === 'mean' ? '' : ' (within 1 %)'}`;
      return { name: `${name}_${figure}`, type: 'number', unit: 'ms', meaning, cell: (row) => of(row)?.[figure] };
    }),
    { name: `${name}_count`, type: 'integer', meaning: 'Requests in these figures', cell: (row) => of(row)?.count },
  ];
}

function sum(counts: RollingWindow['failures']): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** The rolling windows of a log, as the live run had them. */
export function* windowRows(batches: Iterable<readonly Recorded[]>, options: MetricsOptions): Iterable<RollingWindow> {
  const fold = new RunFold(options);
  for (const batch of batches) {
    for (const event of batch) {
      for (const figure of fold.add(event)) if (figure.type === 'window.closed') yield figure.window;
    }
  }
}
