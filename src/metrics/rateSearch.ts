import type { LevelSummary } from './levelSummary.ts';
import { bracketOf, loadsOf, type ObjectiveProbe, probeOf } from './objectiveBracket.ts';
import { rateResolution } from './underObjectives.ts';

/** What a search for the largest rate does next. */
export type NextRate =
  | { readonly kind: 'run'; readonly ratePerSec: number }
  | {
      readonly kind: 'stop';
      readonly why: 'found' | 'undecided' | 'never' | 'untrusted' | 'mostProbes';
      /** In words. */
      readonly message: string;
    };

export const mostProbes = 14;
/** Below so small a share of the plateau nothing is looked for. */
const leastShare = 0.01;
const firstShare = 0.7;
const growth = 1.5;

/**
 * Chooses the next rate from the probes until now, and from nothing else, so that a replay chooses the same.
 *
 * The first is 0.7 of the plateau of a closed loop; while all hold, the next is half as much more. Then brackets are bisected
 * until they are narrower than 5 %. Around rates that stay open the bisection goes on to either side.
 *
 * @param plateauPerSec requests a second that the server gave at most to clients that wait
 */
export function nextRate(probes: readonly ObjectiveProbe[], plateauPerSec: number): NextRate {
  if (probes.length === 0) return { kind: 'run', ratePerSec: rounded(firstShare * plateauPerSec) };
  const [before, last] = [probes.at(-2), probes.at(-1)];
  if (last?.verdict === 'untrusted') {
    // One alone may have had bad luck: something else was busy for a moment.
    if (before?.verdict !== 'untrusted') return { kind: 'run', ratePerSec: last.load };
    return stop('untrusted', `twice the load generator was the limit at ${last.load} requests/s`);
  }
  const { from: fromPerSec, to: toPerSec } = bracketOf(probes);
  if (probes.length >= mostProbes) return stop('mostProbes', `${mostProbes} rates were tried`);
  const open = loadsOf(probes, 'open').filter(
    (rate) => rate > fromPerSec && rate < (toPerSec ?? Number.POSITIVE_INFINITY),
  );
  if (toPerSec === undefined) {
    const highest = Math.max(fromPerSec, ...open);
    return { kind: 'run', ratePerSec: rounded(highest * growth) };
  }
  if (toPerSec < leastShare * plateauPerSec)
    return stop('never', 'the objectives are kept at no rate that is worth its name');
  const inner = open.length === 0 ? undefined : ([Math.min(...open), Math.max(...open)] as const);
  const gaps: readonly (readonly [number, number])[] =
    inner === undefined
      ? [[fromPerSec, toPerSec]]
      : [
          [fromPerSec, inner[0]],
          [inner[1], toPerSec],
        ];
  const gap = gaps.find(([low, high]) => high - low > rateResolution * toPerSec);
  if (gap !== undefined) return { kind: 'run', ratePerSec: rounded((gap[0] + gap[1]) / 2) };
  return inner === undefined
    ? stop('found', 'the bracket is narrower than 5 %')
    : stop('undecided', 'rates within the bracket are too close to the target for levels of this length');
}

/**
 * The next rate of a sweep that searches; the closed loop before it tells the plateau.
 * @param levels of the whole run until now
 * @returns `undefined` where the closed loop measured nothing
 */
export function nextRateOf(levels: readonly LevelSummary[], sweep: number): NextRate | undefined {
  const plateauPerSec = Math.max(0, ...ofSweep(levels, sweep - 1).map(({ steady }) => steady?.requestsPerSec ?? 0));
  return plateauPerSec === 0 ? undefined : nextRate(ofSweep(levels, sweep).map(probeOf), plateauPerSec);
}

function ofSweep(levels: readonly LevelSummary[], sweep: number): readonly LevelSummary[] {
  return levels.filter((level) => level.sweep === sweep);
}

function stop(why: Extract<NextRate, { kind: 'stop' }>['why'], message: string): NextRate {
  return { kind: 'stop', why, message };
}

/** To four digits: a rate has a name. */
function rounded(ratePerSec: number): number {
  return Number(ratePerSec.toPrecision(4));
}
