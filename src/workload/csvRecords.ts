import type { FileLine } from './fileLines.ts';

/** A record of a CSV file. */
export interface CsvRecord {
  /** The line that it begins in, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Records of a CSV file as RFC 4180 has them: cells in quotes may hold commas, line ends and doubled quotes. Empty lines
 * are left out.
 */
export function* csvRecords(lines: Iterable<FileLine>): Generator<CsvRecord, void, undefined> {
  const parts: string[] = [];
  let first = 0;
  let isOpen = false;
  for (const { number, text } of lines) {
    if (parts.length === 0) first = number;
    parts.push(text);
    // An odd number of quotes: one is still open, and the record goes on.
    if (countQuotes(text) % 2 === 1) isOpen = !isOpen;
    if (isOpen) continue;
    const record = parts.splice(0).join('\n');
    if (record.trim() !== '') yield { line: first, cells: splitCells(record) };
  }
  if (parts.length > 0) yield { line: first, cells: splitCells(parts.join('\n')) };
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

function splitCells(record: string): string[] {
  if (!record.includes('"')) return record.split(',');
  const cells: string[] = [];
  const cell = /"((?:[^"]|"")*)"?|[^,]*/y;
  for (let at = 0; at <= record.length; at = cell.lastIndex + 1) {
    cell.lastIndex = at;
    const [plain = '', quoted] = cell.exec(record) ?? [];
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    cell.lastIndex = at + plain.length;
  }
  return cells;
}
