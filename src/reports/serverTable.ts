import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { ServerSummary } from '../metrics/serverSummary.ts';
import { renderTableHeader } from './levelTable.ts';
import { absent, formatCount, formatDuration, formatNumber, formatPercent } from './quantities.ts';
import { type Column, columnsThatFit, loadColumn } from './tableColumns.ts';
import type { TextStyle } from './textStyle.ts';

const expectedColumn: Column = {
  group: 'prefix',
  head: 'planned',
  width: 7,
  gap: 1,
  rank: 1,
  cell: ({ expectedPrefixHitRatio }) => formatPercent(expectedPrefixHitRatio),
};

/** Gauges as mean and maximum of the steady window; times to first token as means over the same requests. */
const serverColumns: readonly Column[] = [
  serverColumn('running', 'mean', 7, 0, ({ running }) => formatNumber(running?.mean)),
  serverColumn('running', 'max', 4, 5, ({ running }) => formatCount(running?.max)),
  serverColumn('waiting', 'mean', 7, 0, ({ waiting }) => formatNumber(waiting?.mean)),
  serverColumn('waiting', 'max', 4, 4, ({ waiting }) => formatCount(waiting?.max)),
  serverColumn('KV', 'mean', 5, 1, ({ kvCacheRatio }) => formatPercent(kvCacheRatio?.mean)),
  serverColumn('KV', 'max', 5, 3, ({ kvCacheRatio }) => formatPercent(kvCacheRatio?.max)),
  serverColumn('prefix', 'hits', 6, 1, ({ prefixCacheHitRatio }) => formatPercent(prefixCacheHitRatio)),
  expectedColumn,
  serverColumn('', 'preempted', 9, 2, ({ preemptions }) => formatCount(preemptions)),
  serverColumn('TTFT by', 'server', 7, 0, ({ ttftMs }) => formatDuration(ttftMs?.mean)),
  serverColumn('TTFT by', 'us', 7, 0, ({ ourTtftMs }) => formatDuration(ourTtftMs)),
];

/**
 * What the server said of itself, a row for each level where it did; columns without a single figure are left out.
 * @returns no line where the server said nothing
 */
export function renderServerTable(levels: readonly LevelSummary[], style: TextStyle): readonly string[] {
  const heard = levels.filter(({ server }) => server !== undefined);
  const told = serverColumns.filter(({ cell }) => heard.some((level) => cell(level) !== absent));
  if (heard.length === 0 || told.length === 0) return [];
  const columns = columnsThatFit(
    [loadColumn(levels), ...told].map((column) => asWideAs(column, heard)),
    style.columns,
  );
  const rows = heard.map((level) => columns.map(({ cell, width, gap }) => cell(level).padStart(width + gap)).join(''));
  return ['  By the metrics of the server:', ...renderTableHeader({ columns, style }), ...rows];
}

/** Wide enough for its longest cell: a server may say anything. */
function asWideAs(column: Column, levels: readonly LevelSummary[]): Column {
  return { ...column, width: Math.max(column.width, ...levels.map((level) => column.cell(level).length)) };
}

function serverColumn(
  group: string,
  head: string,
  width: number,
  rank: number,
  cell: (server: ServerSummary) => string,
): Column {
  return { group, head, width, gap: 1, rank, cell: ({ server }) => (server === undefined ? absent : cell(server)) };
}
