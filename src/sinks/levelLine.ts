import type { LevelSummary } from '../metrics/levelSummary.ts';
import { formatCount, formatDuration, formatLoads, formatNumber, formatTokens } from '../reports/quantities.ts';
import { shown, type TextStyle } from '../reports/textStyle.ts';

/**
 * A level that has ended in one line, for where lines cannot be taken back: the table is shown once, when all its rows
 * are known.
 *
 * @param levels levels of the whole run, where they are known
 */
export function renderLevelLine(summary: LevelSummary, levels: number | undefined, style: TextStyle): string {
  const { level, load, status, steady, e2eMs, requests } = summary;
  const tokens = steady?.outputTokensPerSec;
  const facts = [
    levels === undefined ? `level ${level + 1}` : `level ${level + 1} of ${levels}`,
    formatLoads(load),
    ...(steady === undefined ? [] : [`${formatNumber(steady.requestsPerSec)} req/s`]),
    ...(tokens === undefined ? [] : [`${formatTokens(tokens)} tok/s`]),
    ...(e2eMs.mean === undefined ? [] : [`e2e ${formatDuration(e2eMs.mean)}`]),
    ...(requests.failed + requests.empty === 0 ? [] : [`${formatCount(requests.failed + requests.empty)} failed`]),
    status,
  ];
  return `  ${shown(facts.join(' · '), style)}`;
}
