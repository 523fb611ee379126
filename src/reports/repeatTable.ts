import type { RepeatedFigure, RepeatedLoad, RepeatedSweep, RepeatSpread } from '../metrics/repeatSpread.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import { type CellTable, renderCellTable } from './cellTable.ts';
import {
  absent,
  formatCount,
  formatDuration,
  formatLoad,
  formatNumber,
  formatPercent,
  formatTokens,
  loadHead,
} from './quantities.ts';
import type { TextStyle } from './textStyle.ts';

interface ShownFigure {
  readonly key: RepeatedFigure;
  readonly name: string;
  readonly format: (value: number) => string;
}

const figures: readonly ShownFigure[] = [
  { key: 'requestsPerSec', name: 'requests/s', format: formatNumber },
  { key: 'outputTokensPerSec', name: 'tokens/s', format: formatTokens },
  { key: 'ttftP50Ms', name: 'TTFT p50', format: formatDuration },
  { key: 'ttftP99Ms', name: 'TTFT p99', format: formatDuration },
  { key: 'tpotP50Ms', name: 'TPOT p50', format: formatDuration },
  { key: 'tpotP99Ms', name: 'TPOT p99', format: formatDuration },
  { key: 'e2eMeanMs', name: 'e2e mean', format: formatDuration },
  { key: 'e2eP99Ms', name: 'e2e p99', format: formatDuration },
];

/** For each sweep that was repeated how much its figures differ between the repeats: a row for each load and figure. */
export function repeatTables({ repeats = [] }: Pick<RunSummary, 'repeats'>): readonly CellTable[] {
  return repeats.filter(({ loads }) => loads.length > 0).map(toTable);
}

/** The same for a terminal. @returns no line where nothing was repeated */
export function renderRepeatTables(summary: Pick<RunSummary, 'repeats'>, style: TextStyle): readonly string[] {
  return repeatTables(summary).flatMap(({ title, head, rows }, index) => {
    // A load is named once, so that what belongs to it is seen.
    const named = rows.map(([load = '', ...cells], row) => [load === rows[row - 1]?.[0] ? '' : load, ...cells]);
    return [...(index === 0 ? [] : ['']), ...renderCellTable({ title, head, rows: named }, style)];
  });
}

function toTable({ sweeps, loads }: RepeatedSweep): CellTable {
  const [first = 0] = sweeps;
  const which = `sweeps ${first + 1} to ${first + sweeps.length}`;
  return {
    title: `Between ${sweeps.length} repeats (${which})`,
    head: [loadHead(loads), 'figure', 'mean', 'sd', 'sd/mean', 'min', 'max', 'repeats'],
    rows: loads.flatMap(rowsOf),
  };
}

function rowsOf(repeated: RepeatedLoad): readonly (readonly string[])[] {
  return figures.flatMap(({ key, name, format }) => {
    const spread = repeated[key];
    return spread === undefined ? [] : [[formatLoad(repeated.load), name, ...cellsOf(spread, format)]];
  });
}

function cellsOf({ mean, sd, min, max, count }: RepeatSpread, format: ShownFigure['format']): readonly string[] {
  return [
    format(mean),
    sd === undefined ? absent : format(sd),
    sd === undefined || mean === 0 ? absent : formatPercent(sd / mean),
    format(min),
    format(max),
    formatCount(count),
  ];
}
