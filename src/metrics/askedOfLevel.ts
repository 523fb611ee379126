import type { LevelPrepared } from '../events/events.ts';
import type { LevelSummary } from './levelSummary.ts';

type AskedOfLevel = Pick<
  LevelSummary,
  | 'level'
  | 'sweep'
  | 'load'
  | 'clients'
  | 'promptLength'
  | 'maxNewTokens'
  | 'streaming'
  | 'expectedPrefixHitRatio'
  | 'untimed'
>;

/** What a summary repeats of what was planned for its level. */
export function askedOfLevel({ untimed, expectedPrefixHitRatio, ...prepared }: LevelPrepared): AskedOfLevel {
  const { level, sweep, load, clients, promptLength, maxNewTokens, streaming } = prepared;
  return {
    level,
    sweep,
    load,
    clients,
    promptLength,
    maxNewTokens,
    streaming,
    ...(expectedPrefixHitRatio === undefined ? {} : { expectedPrefixHitRatio }),
    ...(untimed === undefined ? {} : { untimed: true }),
  };
}
