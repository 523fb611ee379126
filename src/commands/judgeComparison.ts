import { exitCodes, SpeedometerError } from '../core/errors.ts';
import type { RegressionVerdict } from '../criteria/regression.ts';
import type { Load } from '../events/events.ts';
import { type ComparedReport, letterOf } from '../reports/comparedReport.ts';
import { repeatWords } from '../reports/comparisonWords.ts';
import { formatLoads } from '../reports/quantities.ts';
import type { CompareOptions } from './compareOptions.ts';
import { noVerdictHint } from './noVerdictHint.ts';

/**
 * What the gate of a comparison comes to.
 * @returns 0 where nothing got worse than it may, or nothing was asked for
 * @throws SpeedometerError `objectiveMissed` where something did, or cannot be judged and that is not allowed; `usage`
 *   where a load was named that the runs do not share
 */
export function judgeComparison(
  { comparisons, regressions }: ComparedReport,
  { at_clients, allow_unknown }: Pick<CompareOptions, 'at_clients' | 'allow_unknown'>,
): number {
  const shared = new Set(comparisons.flatMap(({ levels }) => levels.map(({ clients }) => clients)));
  const foreign = at_clients.filter((clients) => !shared.has(clients));
  if (foreign.length > 0) {
    throw new SpeedometerError('usage', `--at_clients: the runs do not share ${foreign.join(', ')} clients`, {
      hint: `Loads that they share: ${[...shared].join(' ')}`,
    });
  }
  const failed = listed(regressions, 'regressed');
  if (failed !== '') throw new SpeedometerError('objectiveMissed', `failed: ${failed}`);
  const unknown = listed(regressions, 'unknown');
  if (unknown === '' || allow_unknown) return exitCodes.done;
  throw new SpeedometerError('objectiveMissed', `no verdict: ${unknown}`, {
    hint: noVerdictHint(regressions.flat().flatMap(({ status, reason }) => (status === 'unknown' ? [reason] : []))),
  });
}

function listed(regressions: ComparedReport['regressions'], status: RegressionVerdict['status']): string {
  const loadsByText = new Map<string, Load[]>();
  for (const [index, verdicts] of regressions.entries()) {
    const name = letterOf(index + 1);
    for (const { regression, load, repeats } of verdicts.filter((verdict) => verdict.status === status)) {
      const repeat = repeats === undefined ? '' : ` in ${repeatWords(repeats, name)}`;
      const text = `${name}: ${regression.text}${repeat}`;
      loadsByText.set(text, [...(loadsByText.get(text) ?? []), load]);
    }
  }
  return [...loadsByText].map(([text, loads]) => `${text} with ${formatLoads(...loads)}`).join('; ');
}
