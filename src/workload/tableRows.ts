import { SpeedometerError } from '../core/errors.ts';
import { csvRecords } from './csvRecords.ts';
import { type FileLine, readLines } from './fileLines.ts';

/** A row of a table with named columns, whatever the format of its file. */
export interface TableRow {
  /** The line that it begins in, from 1. */
  readonly line: number;
  /** By the names of the columns; text where the file is CSV. */
  readonly values: Readonly<Record<string, unknown>>;
}

export interface Table {
  readonly format: 'csv' | 'jsonLines';
  readonly rows: Iterable<TableRow>;
}

/**
 * The rows of a CSV file with a head, or of JSON lines (an object a line): by what its first line is.
 * @param option the option that named the file, for messages
 * @throws SpeedometerError `usage` where the file cannot be read, also while rows are taken, with the line
 */
export function readTable(path: string, option: string): Table {
  const [first] = readLines(path, option);
  if (first === undefined) throw wrongLine(option, path, 1, 'expected rows, got an empty file');
  const lines = readLines(path, option);
  if (first.text.trimStart().startsWith('{')) return { format: 'jsonLines', rows: jsonRows(lines, path, option) };
  return { format: 'csv', rows: csvRows(lines, path, option) };
}

/** What is wrong with a line of a file that an option named. */
export function wrongLine(option: string, path: string, line: number, what: string): SpeedometerError {
  return new SpeedometerError('usage', `${option}: ${path}:${line}: ${what}`, {
    hint: 'docs/workloads.md describes the formats.',
  });
}

/** The JSON of a line. @throws SpeedometerError `usage` with the line where it is none */
export function parseJsonLine({ number, text }: FileLine, path: string, option: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrongLine(option, path, number, `expected JSON, got ${shortened(text)}`);
  }
}

/** A value as messages quote it. */
export function shortened(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return `"${text.length > 60 ? `${text.slice(0, 57)}...` : text}"`;
}

/** Rows of texts that are a JSON object each. @throws SpeedometerError `usage` with the line */
export function* jsonRows(
  lines: Iterable<FileLine>,
  path: string,
  option: string,
): Generator<TableRow, void, undefined> {
  for (const line of lines) {
    if (line.text.trim() === '') continue;
    const values = parseJsonLine(line, path, option);
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw wrongLine(option, path, line.number, `expected a JSON object, got ${shortened(line.text)}`);
    }
    yield { line: line.number, values: values as TableRow['values'] };
  }
}

/** Rows of a CSV file, named by its first line. @throws SpeedometerError `usage` with the line */
export function* csvRows(
  lines: Iterable<FileLine>,
  path: string,
  option: string,
): Generator<TableRow, void, undefined> {
  let head: readonly string[] | undefined;
  for (const { line, cells } of csvRecords(lines)) {
    if (head === undefined) {
      head = cells.map((name) => name.trim());
      continue;
    }
    if (cells.length !== head.length) {
      throw wrongLine(option, path, line, `expected ${head.length} cells as in the head, got ${cells.length}`);
    }
    yield { line, values: Object.fromEntries(head.map((name, index) => [name, cells[index]])) };
  }
}
