import { exitCodes, SpeedometerError } from '../core/errors.ts';
import type { ObjectiveVerdict } from '../criteria/objective.ts';
import type { Load } from '../events/events.ts';
import { formatLoads } from '../reports/quantities.ts';
import type { ReportedRun } from '../reports/reportedRun.ts';
import { noVerdictHint } from './noVerdictHint.ts';
import type { ReportOptions } from './reportOptions.ts';

/**
 * What the objectives of a report come to.
 * @returns 0 where all are met, or none was asked for
 * @throws SpeedometerError `objectiveMissed` where one is missed, or is unknown and that is not allowed;
 *   `usage` where a load was named that no run has
 */
export function judgeReport(
  runs: readonly ReportedRun[],
  { at_clients, allow_unknown }: Pick<ReportOptions, 'at_clients' | 'allow_unknown'>,
): number {
  const judged = runs.flatMap(({ summary, verdicts }) =>
    summary.levels.flatMap(({ level, load, clients }) =>
      (verdicts.get(level) ?? []).map((verdict) => ({ load, clients, verdict })),
    ),
  );
  const loads = new Set(runs.flatMap(({ summary }) => summary.levels.map(({ clients }) => clients)));
  const foreign = at_clients.filter((clients) => !loads.has(clients));
  if (foreign.length > 0) {
    throw new SpeedometerError('usage', `--at_clients: no level has ${foreign.join(', ')} clients`, {
      hint: `Loads of the log: ${[...loads].join(' ')}`,
    });
  }
  const counted = judged.filter(({ clients }) => at_clients.length === 0 || at_clients.includes(clients));
  const of = (status: ObjectiveVerdict['status']) => counted.filter(({ verdict }) => verdict.status === status);
  const missed = of('missed');
  if (missed.length > 0) throw new SpeedometerError('objectiveMissed', `missed: ${listed(missed)}`);
  const unknown = of('unknown');
  if (unknown.length === 0 || allow_unknown) return exitCodes.done;
  throw new SpeedometerError('objectiveMissed', `no verdict: ${listed(unknown)}`, {
    hint: noVerdictHint(unknown.map(({ verdict }) => verdict.reason)),
  });
}

function listed(judged: readonly { readonly load: Load; readonly verdict: ObjectiveVerdict }[]): string {
  const loadsByObjective = new Map<string, Load[]>();
  for (const { load, verdict } of judged) {
    const { text } = verdict.objective;
    loadsByObjective.set(text, [...(loadsByObjective.get(text) ?? []), load]);
  }
  return [...loadsByObjective].map(([text, loads]) => `${text} with ${formatLoads(...loads)}`).join('; ');
}
