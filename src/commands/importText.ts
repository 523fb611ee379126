import type { FigureCheck } from '../imports/importedRun.ts';
import type { ImportedSweep } from '../imports/joinRuns.ts';
import { formatCount } from '../reports/quantities.ts';

/** What an import came to. */
export interface ImportEnd {
  readonly from: string;
  readonly sweeps: readonly ImportedSweep[];
  /** The folder of the log. */
  readonly place: string;
}

/** Rounding of stamps aside, a figure is the same. */
const tolerance = 1e-9;

/** Whether our figure is the tool's; `undefined` where the file does not have what it takes. */
export function isMet({ stated, ours, within = tolerance }: FigureCheck): boolean | undefined {
  return ours === undefined ? undefined : Math.abs(ours - stated) <= within * Math.max(1e-9, Math.abs(stated));
}

/** What was imported, what it lacks, and how our figures stand to those of the tool's own summary. */
export function renderImport({ from, sweeps, place }: ImportEnd): readonly string[] {
  const runs = sweeps.flatMap((sweep) => sweep.runs);
  const requests = runs.reduce((sum, { level }) => sum + level.requests.length, 0);
  const notes = [...new Set(runs.flatMap((run) => run.notes))];
  return [
    `Imported ${formatCount(requests)} requests of ${formatCount(runs.length)} ${runs.length === 1 ? 'load' : 'loads'} from ${from}.`,
    ...notes.map((note) => `  ${note}.`),
    ...checkLines(
      runs.flatMap(({ checks }) => checks),
      from,
    ),
    `  Log ${place}. See it: deepspeedometer report ${place}`,
  ];
}

function checkLines(checks: readonly FigureCheck[], from: string): readonly string[] {
  if (checks.length === 0) return [];
  const missed = checks.filter((one) => isMet(one) === false);
  const absent = checks.filter((one) => isMet(one) === undefined);
  const met = checks.length - missed.length - absent.length;
  return [
    `  ${formatCount(met)} of ${formatCount(checks.length)} figures of ${from}'s own summary come out the same by its formulas.`,
    ...missed.map(({ figure, stated, ours }) => `  ${figure}: the file says ${stated}, its rows give ${ours}.`),
    ...(absent.length === 0
      ? []
      : [`  Not in the file's rows: ${[...new Set(absent.map(({ figure }) => figure))].join(', ')}.`]),
  ];
}
