import { type Finding, spreadOf, toDigits } from './findings.ts';

/** A run of the bench as it is kept. */
export interface BenchRun {
  readonly at: string;
  readonly quick: boolean;
  readonly pinned: boolean;
  readonly version: string;
  readonly machine: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
}

/**
 * What changed since an earlier run of the bench, a row a figure. `changed` stands where the repeats of the two do not overlap: with
 * five of each that happens by chance once in 126 times.
 */
export function renderAgainst(before: BenchRun, now: BenchRun): string {
  const earlier = new Map(before.findings.map((finding) => [keyOf(finding), finding]));
  const rows = now.findings.flatMap((finding) => {
    const other = earlier.get(keyOf(finding));
    if (other === undefined) return [];
    const ratio = other.value === 0 ? '' : `${toDigits(finding.value / other.value)} times`;
    const [was, is] = [other, finding].map((one) => `${toDigits(one.value)} ${one.unit} (${spreadOf(one) || 'once'})`);
    return [
      [`(${finding.part})`, finding.what, was ?? '', '->', is ?? '', ratio, isApart(other, finding) ? 'changed' : ''],
    ];
  });
  const same = JSON.stringify(before.machine) === JSON.stringify(now.machine);
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [
    `Against the run of ${before.at}${same ? '' : ', which is of another machine: only ratios can be compared'}:`,
    ...lines,
  ].join('\n');
}

function keyOf({ part, what, unit }: Finding): string {
  return `${part} ${what} ${unit}`;
}

/** One value tells no spread. */
function isApart({ values: before }: Finding, { values: now }: Finding): boolean {
  if (before.length < 2 || now.length < 2) return false;
  return Math.min(...now) > Math.max(...before) || Math.max(...now) < Math.min(...before);
}
