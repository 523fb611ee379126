import { loadWords } from '../events/loadWords.ts';
import type { LevelSummary } from './levelSummary.ts';
import type { Saturation } from './runSummary.ts';

/**
 * The answer of a sweep of rates, or of speeds of a trace: the highest one at which the server settled (`stable`), with no lower one at which it fell
 * behind (`noSteadyState`). Where it fell behind at none there is no such answer yet. Levels whose load generator was the
 * limit count for nothing.
 *
 * @param points levels that can be trusted, in ascending order
 */
export function rateSaturation(points: readonly LevelSummary[]): Saturation {
  const best = points.reduce<LevelSummary | undefined>(
    (top, level) => (rateOf(level) > rateOf(top) ? level : top),
    undefined,
  );
  if (best === undefined) return { status: 'unknown', reason: 'no level can be trusted with a throughput' };
  const figures = plateauOf(best);
  if (points.every(({ arrivals }) => arrivals?.ramp !== undefined)) {
    return { status: 'unknown', ...figures, reason: 'a rate that changes within its level has no steady state' };
  }
  const tooHigh = points.find(({ arrivals }) => arrivals?.stability === 'noSteadyState');
  const below = tooHigh === undefined ? points : points.slice(0, points.indexOf(tooHigh));
  const borne = below.findLast(({ arrivals }) => arrivals?.stability === 'stable');
  if (tooHigh === undefined) {
    const last = points.at(-1)?.arrivals?.stability ?? 'unknown';
    if (last === 'stable')
      return { status: 'notSaturated', ...figures, reason: `the server kept up with every ${noun(points)}` };
    const why = last === 'drifting' ? 'latencies drift' : 'the level is too short to tell';
    return { status: 'unknown', ...figures, reason: `at the highest ${noun(points)} ${why}` };
  }
  const { kind, value } = tooHigh.load;
  const lost = kind === 'trace' ? { tooHighSpeed: value } : { tooHighRatePerSec: value };
  if (borne === undefined) {
    const reason = `the server fell behind at ${loadWords(tooHigh.load)}, and no lower ${noun(points)} is known to be borne`;
    return { status: 'unknown', ...lost, ...figures, reason };
  }
  const kept = kind === 'trace' ? { speed: borne.load.value } : { ratePerSec: borne.load.value };
  return { status: 'found', ...kept, ...lost, ...figures };
}

function noun([first]: readonly LevelSummary[]): 'rate' | 'speed' {
  return first?.load.kind === 'trace' ? 'speed' : 'rate';
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
