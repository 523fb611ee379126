/** One figure of the bench and the floor that it is held against. */
export interface Finding {
  /** Which part of the bench it belongs to. */
  readonly part: string;
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
  readonly holds: boolean;
  /** What the value was made of. */
  readonly detail: string;
}

/** A figure that must not be above its limit. */
export function atMost(
  part: string,
  what: string,
  value: number,
  limit: number,
  unit: string,
  detail: string,
): Finding {
  return { part, what, value, limit, unit, detail, holds: value <= limit };
}

/** The findings as a table, a row each. */
export function renderFindings(findings: readonly Finding[]): string {
  const rows = findings.map(({ part, what, value, limit, unit, holds, detail }) => [
    `(${part})`,
    what,
    `${value.toPrecision(3)} ${unit}`,
    `<= ${limit} ${unit}`,
    holds ? 'holds' : 'MISSED',
    detail,
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
