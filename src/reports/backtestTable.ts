import type { BacktestRow } from '../criteria/backtest.ts';
import type { Saturation } from '../metrics/runSummary.ts';
import { renderGrid } from './textGrid.ts';

/** The rows of one log. */
export interface BacktestedLog {
  readonly label: string;
  readonly rows: readonly BacktestRow[];
}

/** What a rule came to over all sweeps of all logs. */
export interface BacktestTotal {
  readonly stop: string;
  readonly sweeps: number;
  readonly stopped: number;
  /** Over the sweeps together. */
  readonly savedTimeRatio: number;
  readonly savedRequestsRatio: number;
  /** The largest error of a plateau, to either side; absent where none could be told. */
  readonly worstPlateauErrorRatio?: number;
  /** Sweeps whose saturation point is the same as without the rule. */
  readonly sameAnswers: number;
}

const head = ['log', 'rule', 'stops at', 'time saved', 'requests saved', 'plateau off by', 'saturation'];
const totalHead = ['rule', 'stopped', 'time saved', 'requests saved', 'worst plateau', 'same saturation'];

/** Every log and rule, a line each, then what each rule came to over all. */
export function renderBacktest(logs: readonly BacktestedLog[]): readonly string[] {
  return [...renderGrid([head, ...cells(logs)]), '', ...renderGrid([totalHead, ...totalCells(logs)])];
}

/** The same as tables in Markdown. */
export function renderBacktestMarkdown(logs: readonly BacktestedLog[]): string {
  const tables = [
    [head, ...cells(logs)],
    [totalHead, ...totalCells(logs)],
  ];
  return tables.map((rows) => `${markdownTable(rows)}\n`).join('\n');
}

/** What each rule came to, in the order in which they were given. */
export function backtestTotals(logs: readonly BacktestedLog[]): readonly BacktestTotal[] {
  const all = logs.flatMap(({ rows }) => rows);
  return [...new Set(all.map(({ stop }) => stop))].map((stop) => {
    const rows = all.filter((row) => row.stop === stop);
    const errors = rows.flatMap(({ plateauErrorRatio }) => plateauErrorRatio ?? []);
    const worst = errors.reduce((most, error) => (Math.abs(error) > Math.abs(most) ? error : most), 0);
    return {
      stop,
      sweeps: rows.length,
      stopped: rows.filter(({ decision }) => decision !== undefined).length,
      savedTimeRatio: share(rows.map(({ savedSeconds, seconds }) => [savedSeconds, seconds])),
      savedRequestsRatio: share(rows.map(({ savedRequests, requests }) => [savedRequests, requests])),
      ...(errors.length === 0 ? {} : { worstPlateauErrorRatio: worst }),
      sameAnswers: rows.filter(({ full, stopped }) => answer(full) === answer(stopped)).length,
    };
  });
}

function cells(logs: readonly BacktestedLog[]): readonly (readonly string[])[] {
  return logs.flatMap(({ label, rows }) => {
    const isSingle = new Set(rows.map(({ sweep }) => sweep)).size === 1;
    return rows.map((row) => [
      isSingle ? label : `${label} sweep ${row.sweep}`,
      row.stop,
      row.decision === undefined ? 'never' : `${row.clients}`,
      `${seconds(row.savedSeconds)} of ${seconds(row.seconds)}`,
      `${row.savedRequests} of ${row.requests}`,
      row.plateauErrorRatio === undefined ? '' : percent(row.plateauErrorRatio),
      answer(row.stopped) === answer(row.full) ? answer(row.full) : `${answer(row.stopped)} for ${answer(row.full)}`,
    ]);
  });
}

function totalCells(logs: readonly BacktestedLog[]): readonly (readonly string[])[] {
  return backtestTotals(logs).map((total) => [
    total.stop,
    `${total.stopped} of ${total.sweeps}`,
    percent(total.savedTimeRatio),
    percent(total.savedRequestsRatio),
    total.worstPlateauErrorRatio === undefined ? '' : percent(total.worstPlateauErrorRatio),
    `${total.sameAnswers} of ${total.sweeps}`,
  ]);
}

function markdownTable([first = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]): string => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(first), `|${'---|'.repeat(first.length)}`, ...rows.map(line)].join('\n');
}

function answer({ status, clients }: Saturation): string {
  if (status === 'found') return String(clients);
  return status === 'notSaturated' ? 'not saturated' : 'unknown';
}

function share(parts: readonly (readonly [part: number, whole: number])[]): number {
  const whole = parts.reduce((sum, [, more]) => sum + more, 0);
  return whole === 0 ? 0 : parts.reduce((sum, [more]) => sum + more, 0) / whole;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}

function seconds(count: number): string {
  return `${count.toFixed(count < 10 ? 1 : 0)} s`;
}
