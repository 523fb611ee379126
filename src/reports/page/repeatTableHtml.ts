import { repeatTables } from '../repeatTable.ts';
import type { ReportedRun } from '../reportedRun.ts';
import { subtitle, table, text } from './pageParts.ts';

/** How much the figures of each load differ between the repeats of a sweep. */
export function renderRepeats({ summary }: ReportedRun): string {
  return repeatTables(summary)
    .map(({ title, head, rows }) => {
      const cells = (row: readonly string[]) => row.map((words) => ({ content: text(words) }));
      return (
        subtitle(title) +
        table(
          title,
          cells(head),
          rows.map((row) => ({ cells: cells(row) })),
        )
      );
    })
    .join('');
}
