import type { LevelSummary } from '../metrics/levelSummary.ts';
import { absent, formatCount, formatLoad, formatNumber, loadHead } from './quantities.ts';
import type { ReportedRun } from './reportedRun.ts';
import { renderGrid } from './textGrid.ts';
import type { TextStyle } from './textStyle.ts';

/**
 * How each level kept what was asked of its requests, with the evidence for it.
 * @returns no line where nothing was asked
 */
export function renderKeptTable(levels: readonly LevelSummary[], style: TextStyle): readonly string[] {
  const asked = levels.filter(({ objectives }) => objectives !== undefined);
  if (asked.length === 0) return [];
  const head = [loadHead(asked), 'goodput req/s', 'kept', 'in the long run', 'requests', 'as if', 'looks', ''];
  const rows = asked.map(({ load, objectives }) => {
    const { goodputPerSec, keptRatio, attainment } = objectives ?? {};
    return [
      formatLoad(load),
      formatNumber(goodputPerSec),
      exactPercent(keptRatio),
      attainment === undefined ? absent : `${exactPercent(attainment.low)} to ${exactPercent(attainment.high)}`,
      formatCount(attainment?.requests),
      formatCount(attainment === undefined ? undefined : Math.floor(attainment.effectiveRequests)),
      formatCount(attainment?.looks),
      attainment?.verdict ?? '',
    ];
  });
  const lines = renderGrid([head, ...rows]).map((line) => line.slice(0, style.columns - 1));
  return ['  Requests that kept the objectives ("as if": independent ones that would tell as much):', ...lines];
}

/** Goodput of a level, requests/s: by what a report asks for, or else by what the run asked for. */
export function goodputOf(
  { objectives, details }: Pick<ReportedRun, 'objectives' | 'details'>,
  { level, objectives: kept }: LevelSummary,
): number | undefined {
  return objectives.length > 0 ? details.get(level)?.goodputPerSec : kept?.goodputPerSec;
}

/** Shares near 1 are told apart by their second decimal. */
export function exactPercent(ratio: number | undefined): string {
  return ratio === undefined ? absent : `${(ratio * 100).toFixed(2)} %`;
}
