import type { LevelSummary } from './levelSummary.ts';
import type { Saturation } from './runSummary.ts';

/**
 * The answer of a sweep of rates: the highest one at which the server settled (`stable`), with no lower one at which it fell
 * behind (`noSteadyState`). Where it fell behind at none there is no such answer yet. Levels whose load generator was the
 * limit count for nothing.
 *
 * @param points levels that can be trusted, by rate
 */
export function rateSaturation(points: readonly LevelSummary[]): Saturation {
  const best = points.reduce<LevelSummary | undefined>(
    (top, level) => (rateOf(level) > rateOf(top) ? level : top),
    undefined,
  );
  if (best === undefined) return { status: 'unknown', reason: 'no level can be trusted with a throughput' };
  const figures = plateauOf(best);
  const tooHigh = points.find(({ arrivals }) => arrivals?.stability === 'noSteadyState');
  const below = tooHigh === undefined ? points : points.slice(0, points.indexOf(tooHigh));
  const borne = below.findLast(({ arrivals }) => arrivals?.stability === 'stable');
  if (tooHigh === undefined) {
    const last = points.at(-1)?.arrivals?.stability ?? 'unknown';
    if (last === 'stable') return { status: 'notSaturated', ...figures, reason: 'the server kept up with every rate' };
    const why = last === 'drifting' ? 'latencies drift' : 'the level is too short to tell';
    return { status: 'unknown', ...figures, reason: `at the highest rate ${why}` };
  }
  const tooHighRatePerSec = tooHigh.load.value;
  if (borne === undefined) {
    const reason = `the server fell behind at ${tooHighRatePerSec} requests/s, and no lower rate is known to be borne`;
    return { status: 'unknown', tooHighRatePerSec, ...figures, reason };
  }
  return { status: 'found', ratePerSec: borne.load.value, tooHighRatePerSec, ...figures };
}

function rateOf(level: LevelSummary | undefined): number {
  return level?.steady?.requestsPerSec ?? 0;
}

function plateauOf({ steady }: LevelSummary): Omit<Saturation, 'status'> {
  if (steady === undefined) return {};
  const { requestsPerSec, outputTokensPerSec, relativeHalfWidth } = steady;
  return {
    requestsPerSec,
    ...(outputTokensPerSec === undefined ? {} : { outputTokensPerSec }),
    ...(relativeHalfWidth === undefined ? {} : { relativeHalfWidth }),
  };
}
