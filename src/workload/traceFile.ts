import {
  findColumn,
  findLengthColumns,
  type LengthTable,
  missingColumn,
  mostRows,
  numberIn,
  tokensIn,
  toLengthTable,
} from './lengthTable.ts';
import { readTable, shortened, type Table, type TableRow, wrongLine } from './tableRows.ts';
import { blockTokens, packBlocks, type TraceBlocks } from './traceBlocks.ts';

/** A stretch of a trace, ms from its first request; open ends are 0 and infinity. */
export interface TraceWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Requests as they once arrived; travels to workers. */
export interface Trace extends LengthTable {
  /** When each arrived, ascending, ms from the window's beginning. */
  readonly atMs: Float64Array;
  /** From the beginning to where a next request could arrive: the window's end, else a mean gap after the last one. */
  readonly spanMs: number;
  /** Which blocks of text prompts are made of, where the trace tells. */
  readonly blocks?: TraceBlocks;
}

interface TraceColumns extends ReturnType<typeof findLengthColumns> {
  readonly time: string;
  readonly unitMs: number;
  readonly hasBlocks: boolean;
}

interface TraceRow {
  readonly atMs: number;
  readonly prompt: number;
  readonly output: number | undefined;
  readonly ids: readonly number[] | undefined;
}

const option = 'trace';
/** Names of the column of times, in small letters without what is no letter or digit. */
const timesInMs = ['atms', 'timestampms', 'arrivalms'];
const timesInSeconds = ['ats', 'arrivals', 'arrivaltime'];
/** In seconds where the file is CSV (or a date), in ms where it is JSON lines, as those who publish traces have it. */
const stamp = 'timestamp';

/**
 * Reads a trace: those of Azure and BurstGPT (CSV), Mooncake's (JSON lines with `hash_ids`), or a plain CSV with columns
 * `at_ms`, `prompt_tokens` and `output_tokens`.
 * @throws SpeedometerError `usage` with the line of what is wrong
 */
export function readTrace(path: string, window: TraceWindow): Trace {
  const { format, rows } = readTable(path, option);
  const read: TraceRow[] = [];
  let columns: TraceColumns | undefined;
  for (const row of rows) {
    columns ??= findColumns(row, path, format);
    read.push(readRow(row, columns, path));
    if (read.length > mostRows) throw wrongLine(option, path, row.line, `expected at most ${mostRows} rows`);
  }
  read.sort((one, other) => one.atMs - other.atMs); // stable: those of one moment keep their order
  const startMs = (read[0]?.atMs ?? 0) + window.fromMs;
  const kept = read.filter(({ atMs }) => atMs >= startMs && atMs - startMs < window.toMs - window.fromMs);
  if (read.length > 0 && kept.length === 0) {
    throw wrongLine(option, path, 1, `expected requests in the window, got none of ${read.length}`);
  }
  const beginMs = window.fromMs === 0 ? (kept[0]?.atMs ?? 0) : startMs;
  const atMs = Float64Array.from(kept, (row) => row.atMs - beginMs);
  const outputs = kept.flatMap(({ output }) => output ?? []);
  const ids = kept.flatMap((row) => (row.ids === undefined ? [] : [row.ids]));
  const lengths = toLengthTable(
    kept.map(({ prompt }) => prompt),
    outputs,
    path,
    option,
  );
  const blocks = ids.length === 0 ? {} : { blocks: packBlocks(ids) };
  return { ...lengths, ...blocks, atMs, spanMs: spanOf(atMs, window) };
}

function findColumns(row: TableRow, path: string, format: Table['format']): TraceColumns {
  const isLines = format === 'jsonLines';
  const inMs = findColumn(row, isLines ? [...timesInMs, stamp] : timesInMs);
  const time = inMs ?? findColumn(row, isLines ? timesInSeconds : [...timesInSeconds, stamp]);
  if (time === undefined) throw missingColumn(row, path, option, 'arrival times, such as at_ms');
  const hasBlocks = Array.isArray(row.values['hash_ids']);
  return { ...findLengthColumns(row, path, option), time, unitMs: inMs === undefined ? 1000 : 1, hasBlocks };
}

function readRow(row: TableRow, { time, unitMs, prompt, output, hasBlocks }: TraceColumns, path: string): TraceRow {
  const { line, values } = row;
  const atMs = timeIn(values[time], unitMs);
  if (atMs === undefined) {
    throw wrongLine(option, path, line, `expected a time in column ${time}, got ${shortened(values[time])}`);
  }
  const promptTokens = tokensIn(row, prompt, path, option);
  return {
    atMs,
    prompt: promptTokens,
    output: output === undefined ? undefined : tokensIn(row, output, path, option),
    ids: hasBlocks ? idsIn(row, promptTokens, path) : undefined,
  };
}

const date = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/** A number in its unit, or a date of which more than milliseconds are kept; without a zone it is UTC. */
function timeIn(cell: unknown, unitMs: number): number | undefined {
  const number = numberIn(cell);
  if (number !== undefined) return number * unitMs;
  const [, day, clock, fraction = '', zone = 'Z'] = date.exec(String(cell)) ?? [];
  if (day === undefined || clock === undefined) return undefined;
  const wholeMs = Date.parse(`${day}T${clock}${zone}`);
  return Number.isNaN(wholeMs) ? undefined : wholeMs + Number(`0${fraction}`) * 1000;
}

function idsIn({ line, values }: TableRow, promptTokens: number, path: string): readonly number[] {
  const ids: unknown = values['hash_ids'];
  const isId = (id: unknown) => Number.isInteger(id) && (id as number) >= 0 && (id as number) < 2 ** 31;
  if (!Array.isArray(ids) || !ids.every(isId)) {
    throw wrongLine(option, path, line, `expected whole numbers in hash_ids, got ${shortened(ids)}`);
  }
  const expected = Math.ceil(promptTokens / blockTokens);
  if (ids.length !== expected) {
    const got = `got ${ids.length} for a prompt of ${promptTokens} tokens`;
    throw wrongLine(option, path, line, `expected ${expected} hash_ids, one for ${blockTokens} tokens, ${got}`);
  }
  return ids as readonly number[];
}

function spanOf(atMs: Float64Array, { fromMs, toMs }: TraceWindow): number {
  const lastMs = atMs.at(-1) ?? 0;
  if (Number.isFinite(toMs)) return Math.max(toMs - fromMs, lastMs);
  const gaps = atMs.length - 1;
  return gaps < 1 || lastMs === 0 ? lastMs + 1000 : lastMs * (1 + 1 / gaps);
}
