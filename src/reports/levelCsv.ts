import { csvField } from '../core/csvField.ts';
import { levelColumns } from './levelColumns.ts';
import type { ReportedRun } from './reportedRun.ts';

/**
 * A row for each level of each run, as RFC 4180 has it: full precision, empty where a figure is absent.
 * @returns text whose lines end in CRLF
 */
export function renderLevelCsv(runs: readonly ReportedRun[]): string {
  const [first] = runs;
  if (first === undefined) return '';
  const head = levelColumns(first).map(({ name }) => name);
  const rows = runs.flatMap((run) => {
    const columns = levelColumns(run);
    return run.summary.levels.map((level) => columns.map(({ figureOf }) => figureOf(level)));
  });
  return [head, ...rows].map((cells) => `${cells.map(csvField).join(',')}\r\n`).join('');
}
