import type { LevelSummary, Throughput } from './levelSummary.ts';

/**
 * Throughput of a level of which only its length is known, not when its requests were sent: completed requests, and the
 * tokens in and out of them, over that length.
 */
export function untimedThroughput(
  seconds: number,
  { requests, achieved }: Pick<LevelSummary, 'requests' | 'achieved'>,
): Throughput {
  const { completed } = requests;
  const perSec = (mean: number) => (mean * completed) / seconds;
  const output = achieved.outputTokens === undefined ? {} : { outputTokensPerSec: perSec(achieved.outputTokens) };
  return {
    seconds,
    requestsPerSec: completed / seconds,
    completedPerSec: completed / seconds,
    inputTokensPerSec: perSec(achieved.promptTokens ?? 0),
    ...output,
  };
}
