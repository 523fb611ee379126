import type { SpeedometerError } from '../core/errors.ts';
import { readTable, shortened, type TableRow, wrongLine } from './tableRows.ts';

/** Lengths of requests, a place for each; travels to workers. */
export interface LengthTable {
  readonly promptTokens: Uint32Array;
  /** Absent where the file has none: then answers are as long as options say. */
  readonly outputTokens?: Uint32Array;
}

/** More rows say nothing more, and would fill memory. */
export const mostRows = 5_000_000;

/** Names of the columns of traces, in small letters without what is no letter or digit. */
const promptNames = ['prompttokens', 'contexttokens', 'requesttokens', 'inputtokens', 'inputlength', 'promptlength'];
const outputNames = ['outputtokens', 'generatedtokens', 'responsetokens', 'outputlength', 'completiontokens'];

/** What a file of lengths must have. */
export interface LengthColumns {
  readonly prompt: string;
  readonly output: string | undefined;
}

/**
 * Finds a column by any of its names: one that is named so, else one that begins so (`request_tokens_capped`).
 * @param names in small letters without what is no letter or digit
 */
export function findColumn({ values }: TableRow, names: readonly string[]): string | undefined {
  const found = Object.keys(values).map((column) => [column, column.toLowerCase().replace(/[^a-z0-9]/g, '')] as const);
  const isNamed = (like: (column: string, name: string) => boolean) =>
    found.find(([, column]) => names.some((name) => like(column, name)))?.[0];
  return isNamed((column, name) => column === name) ?? isNamed((column, name) => column.startsWith(name));
}

/** The columns of lengths. @throws SpeedometerError `usage` where there is none of prompts */
export function findLengthColumns(row: TableRow, path: string, option: string): LengthColumns {
  const prompt = findColumn(row, promptNames);
  if (prompt === undefined) throw missingColumn(row, path, option, 'prompt lengths, such as prompt_tokens');
  return { prompt, output: findColumn(row, outputNames) };
}

/** What to say where a column is not there. */
export function missingColumn({ values }: TableRow, path: string, option: string, what: string): SpeedometerError {
  const columns = Object.keys(values).join(', ');
  return wrongLine(option, path, 1, `expected a column of ${what}; it has ${columns}`);
}

/** A cell that is a whole number of tokens; one of 0 counts as 1, since nothing shorter can be asked. */
export function tokensIn({ line, values }: TableRow, column: string, path: string, option: string): number {
  const tokens = numberIn(values[column]);
  if (tokens === undefined || tokens < 0 || tokens > 2_000_000) {
    throw wrongLine(
      option,
      path,
      line,
      `expected a number of tokens up to 2000000 in column ${column}, got ${shortened(values[column])}`,
    );
  }
  return Math.max(1, Math.round(tokens));
}

/** The number that a cell holds, if it holds one. */
export function numberIn(cell: unknown): number | undefined {
  const number = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : cell;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/**
 * Reads pairs of lengths: every file that can be a trace will do, whatever it says of times.
 * @throws SpeedometerError `usage` with the line of what is wrong
 */
export function readLengthTable(path: string, option: string): LengthTable {
  let columns: LengthColumns | undefined;
  const promptTokens: number[] = [];
  const outputTokens: number[] = [];
  for (const row of readTable(path, option).rows) {
    columns ??= findLengthColumns(row, path, option);
    promptTokens.push(tokensIn(row, columns.prompt, path, option));
    if (columns.output !== undefined) outputTokens.push(tokensIn(row, columns.output, path, option));
    if (promptTokens.length > mostRows) throw wrongLine(option, path, row.line, `expected at most ${mostRows} rows`);
  }
  return toLengthTable(promptTokens, outputTokens, path, option);
}

/** @throws SpeedometerError `usage` where there is no row */
export function toLengthTable(
  promptTokens: readonly number[],
  outputTokens: readonly number[],
  path: string,
  option: string,
): LengthTable {
  if (promptTokens.length === 0) throw wrongLine(option, path, 1, 'expected rows below the head, got none');
  const prompts = { promptTokens: Uint32Array.from(promptTokens) };
  return outputTokens.length === 0 ? prompts : { ...prompts, outputTokens: Uint32Array.from(outputTokens) };
}
