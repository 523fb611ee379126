import type { CellTable } from '../cellTable.ts';
import { subtitle, table, text } from './pageParts.ts';

/** Tables of text, each under its title. */
export function renderCellTables(tables: readonly CellTable[]): string {
  return tables
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
