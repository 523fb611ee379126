/** Rows of cells in columns that line up on the right; the first row is the head. */
export function renderGrid(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padStart((widths[index] ?? 0) + 2))
      .join('')
      .trimEnd(),
  );
}
