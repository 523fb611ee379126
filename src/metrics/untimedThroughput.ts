import type { LevelPrepared } from '../events/events.ts';
import type { Throughput } from './levelSummary.ts';
import type { OutcomeTally } from './outcomeTally.ts';

/**
 * Throughput of a level of which only its length is known, not when its requests were sent: completed requests, and the
 * tokens in and out of them, over that length; nothing of any other level.
 */
export function untimedThroughput({ untimed }: LevelPrepared, outcomes: OutcomeTally): { readonly whole?: Throughput } {
  const seconds = untimed?.seconds;
  if (seconds === undefined) return {};
  const { completed } = outcomes.requests();
  const achieved = outcomes.achieved();
  const perSec = (mean: number) => (mean * completed) / seconds;
  const output = achieved.outputTokens === undefined ? {} : { outputTokensPerSec: perSec(achieved.outputTokens) };
  const whole = {
    seconds,
    requestsPerSec: completed / seconds,
    completedPerSec: completed / seconds,
    inputTokensPerSec: perSec(achieved.promptTokens ?? 0),
    ...output,
  };
  return { whole };
}
