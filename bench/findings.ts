import { median } from './median.ts';

/** What a figure must not pass: a floor that is missed fails the bench, a goal that is missed is told. */
export interface Limits {
  readonly floor?: number;
  readonly goal?: number;
  /** Else it must be at most its limits. */
  readonly atLeast?: true;
}

/** One figure of the bench. */
export interface Finding extends Limits {
  /** Which part of the bench it belongs to. */
  readonly part: string;
  readonly what: string;
  readonly unit: string;
  /** One of each repeat, in their order. */
  readonly values: readonly number[];
  /** Their median. */
  readonly value: number;
  /** What the value was made of. */
  readonly detail: string;
}

/** What is measured again and again. @param limits absent where a figure is there to be seen only */
export function found(
  part: string,
  what: string,
  unit: string,
  values: readonly number[],
  limits: Limits = {},
  detail = '',
): Finding {
  return { part, what, unit, values, value: median(values), ...limits, detail };
}

/** Whether a figure is within its floor, or its goal; so is one that has none. */
export function holds({ value, atLeast, ...limits }: Finding, kind: 'floor' | 'goal'): boolean {
  const limit = limits[kind];
  if (limit === undefined) return true;
  return atLeast === true ? value >= limit : value <= limit;
}

/** The findings as a table, a row each. */
export function renderFindings(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => [
    `(${finding.part})`,
    finding.what,
    `${toDigits(finding.value)} ${finding.unit}`,
    spreadOf(finding),
    limitWords(finding, 'floor'),
    limitWords(finding, 'goal'),
    finding.detail,
  ]);
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The smallest and the largest of the repeats. */
export function spreadOf({ values }: Finding): string {
  return values.length < 2 ? '' : `${toDigits(Math.min(...values))} to ${toDigits(Math.max(...values))}`;
}

/** A limit, and whether it holds. */
export function limitWords(finding: Finding, kind: 'floor' | 'goal'): string {
  const limit = finding[kind];
  if (limit === undefined) return '';
  return `${kind} ${finding.atLeast === true ? '>=' : '<='} ${limit} ${holds(finding, kind) ? 'holds' : 'MISSED'}`;
}

/** Three significant digits, without an exponent. */
export function toDigits(value: number): string {
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
