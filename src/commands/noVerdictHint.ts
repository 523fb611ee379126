import { generatorLimited } from '../criteria/objective.ts';

/**
 * The way out where a gate has no verdict.
 * @param reasons why, in words, of each figure that has none
 */
export function noVerdictHint(reasons: readonly (string | undefined)[]): string {
  const isOurs = reasons.includes(generatorLimited);
  const isFew = reasons.some((reason) => /needed|too few/.test(reason ?? ''));
  return [
    ...(isOurs ? ['Give the load generator more --workers or a machine of its own; --force measures again.'] : []),
    ...(isFew ? ['Longer levels have more requests.'] : []),
    '--allow_unknown lets it pass, --at_clients names the loads that count.',
  ].join(' ');
}
