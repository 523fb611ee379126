import type { ServerFacts } from '../clients/serverFacts.ts';
import { formatCount } from '../reports/quantities.ts';
import { longerThan } from '../workload/promptPlan.ts';
import type { LevelPlan, SweepPlan } from './runPlan.ts';

/** Requests of a sweep that are looked at where its loads are chosen while it runs. */
const searched = 1000;

/**
 * What is to be said before a load is sent of requests that a server has no room for: they fail, or are cut short.
 *
 * @param levels those of the run that are planned already
 * @returns a sentence for each sweep that has such requests
 */
export function contextWarnings(
  facts: Pick<ServerFacts, 'contextTokens'> | undefined,
  sweeps: readonly SweepPlan[],
  levels: readonly LevelPlan[],
): readonly string[] {
  const contextTokens = facts?.contextTokens;
  if (contextTokens === undefined) return [];
  return sweeps.flatMap(({ sweep, prompts }) => {
    const own = levels.filter((level) => level.sweep === sweep && !level.skip);
    const spans = own.length === 0 ? [{ firstRequest: 0, planned: searched, clients: 1 }] : own;
    const long = spans.map((span) => longerThan(contextTokens, prompts.deck, span));
    const [longest] = long.toSorted((one, other) => total(other) - total(one));
    const count = long.reduce((sum, each) => sum + each.count, 0);
    if (longest === undefined || count === 0) return [];
    const all = long.reduce((sum, { of }) => sum + of, 0);
    const { promptTokens, maxNewTokens } = longest;
    const most = `${formatCount(promptTokens)} tokens of prompt and ${formatCount(maxNewTokens)} of answer`;
    const place = sweeps.length === 1 ? '' : ` of sweep ${sweep + 1}`;
    return [
      `${formatCount(count)} of ${formatCount(all)} requests${place} are longer than the context of the server, ${formatCount(contextTokens)} tokens: up to ${most}. They will fail, or be cut short`,
    ];
  });
}

function total({
  promptTokens,
  maxNewTokens,
}: {
  readonly promptTokens: number;
  readonly maxNewTokens: number;
}): number {
  return promptTokens + maxNewTokens;
}
