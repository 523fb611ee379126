import type { Distribution, LevelSummary } from '../metrics/levelSummary.ts';
import { enoughForP99 } from '../metrics/percentile.ts';
import { formatCount, formatDuration, formatLoad, formatNumber, formatTokens, loadHead } from './quantities.ts';

/** What the columns of a table depend on. */
export type TabledLevel = Pick<LevelSummary, 'load' | 'streaming'>;

/** A column of the level table; all widths are known before the first level has run. */
export interface Column {
  /** The upper line of the header; empty where the lower one says it all. */
  readonly group: string;
  readonly head: string;
  readonly width: number;
  /** Blanks before it. */
  readonly gap: number;
  /** Columns of the highest rank are the first to go where there is no room. */
  readonly rank: number;
  readonly cell: (level: LevelSummary) => string;
}

/** How many clients, or requests a second: what a row is about. */
export function loadColumn(levels: readonly Pick<LevelSummary, 'load'>[]): Column {
  return { group: '', head: loadHead(levels), width: 7, gap: 2, rank: 0, cell: ({ load }) => formatLoad(load) };
}
const requestRate: Column = {
  group: '',
  head: 'req/s',
  width: 6,
  gap: 2,
  rank: 0,
  cell: ({ steady }) => alignPoint(formatNumber(steady?.requestsPerSec), 6),
};
const tokenRate: Column = {
  group: '',
  head: 'tok/s',
  width: 5,
  gap: 1,
  rank: 1,
  cell: ({ steady }) => formatTokens(steady?.outputTokensPerSec),
};
/** Empty answers count here too: nobody was served by them. The verdict tells them apart. */
const failed: Column = {
  group: '',
  head: 'failed',
  width: 6,
  gap: 2,
  rank: 0,
  cell: ({ requests: { completed, failed, empty, cutOff } }) =>
    formatCount(completed + failed + empty + cutOff === 0 ? undefined : failed + empty),
};

const e2e = 'e2e';
const meanE2e = latency(e2e, 'mean', 0, ({ e2eMs }) => formatDuration(e2eMs.mean));

/** Answers in a stream have a first token and a pace. */
const streamedColumns: readonly Column[] = [
  requestRate,
  tokenRate,
  latency('TTFT', 'p50', 2, ({ ttftMs }) => formatDuration(ttftMs.p50)),
  p99('TTFT', 4, ({ ttftMs }) => ttftMs),
  latency('TPOT', 'p50', 3, ({ tpotMs }) => formatDuration(tpotMs.p50)),
  p99('TPOT', 6, ({ tpotMs }) => tpotMs),
  meanE2e,
  p99(e2e, 5, ({ e2eMs }) => e2eMs),
  failed,
];

const wholeColumns: readonly Column[] = [
  requestRate,
  tokenRate,
  meanE2e,
  latency(e2e, 'p50', 3, ({ e2eMs }) => formatDuration(e2eMs.p50)),
  p99(e2e, 2, ({ e2eMs }) => e2eMs),
  failed,
];

/** The columns for levels like these that fit `width` characters, lesser ones dropped first. */
export function columnsWithin(width: number, levels: readonly TabledLevel[]): readonly Column[] {
  const streaming = levels.some((level) => level.streaming);
  return columnsThatFit([loadColumn(levels), ...(streaming ? streamedColumns : wholeColumns)], width);
}

/** Those of the given columns that fit `width` characters, lesser ones dropped first. */
export function columnsThatFit(all: readonly Column[], width: number): readonly Column[] {
  let columns = all;
  while (tableWidth(columns) > width) {
    const least = Math.max(...columns.map(({ rank }) => rank));
    if (least === 0) break;
    columns = columns.filter(({ rank }) => rank !== least);
  }
  return columns;
}

export function tableWidth(columns: readonly Column[]): number {
  return columns.reduce((total, { width, gap }) => total + width + gap, 0);
}

function latency(group: string, head: string, rank: number, cell: Column['cell']): Column {
  return { group, head, width: 7, gap: 2, rank, cell };
}

function p99(group: string, rank: number, of: (level: LevelSummary) => Distribution): Column {
  const cell: Column['cell'] = (level) => {
    const { p99, count } = of(level);
    return (p99 !== undefined && count < enoughForP99 ? '~' : '') + formatDuration(p99);
  };
  return { group, head: 'p99', width: 8, gap: 1, rank, cell };
}

/** Pads behind the decimals so that points stand in one column, as far as the width allows. */
function alignPoint(text: string, width: number): string {
  if (!/^[\d.<]+$/.test(text)) return text;
  const decimals = text.includes('.') ? text.length - text.indexOf('.') : 0;
  return (text + ' '.repeat(Math.max(0, 3 - decimals))).slice(0, Math.max(width, text.length));
}
