import type { AttainmentVerdict } from './attainment.ts';
import type { LevelSummary } from './levelSummary.ts';
import type { RateUnderObjectives } from './runSummary.ts';

/** A rate that was tried, and what came of it. */
export interface RateProbe {
  readonly ratePerSec: number;
  /** `untrusted`: the load generator was the limit, which says nothing of the server. */
  readonly verdict: AttainmentVerdict | 'untrusted';
}

/** Where the largest rate under objectives lies, as far as it is known. */
export interface RateBracket {
  /** The highest rate that surely held, below all that missed; 0 where none did. */
  readonly fromPerSec: number;
  /** The lowest rate that surely missed, above all that held; absent where none did. */
  readonly toPerSec?: number;
}

/** What a search for the largest rate does next. */
export type NextRate =
  | { readonly kind: 'run'; readonly ratePerSec: number }
  | {
      readonly kind: 'stop';
      readonly why: 'found' | 'undecided' | 'never' | 'untrusted' | 'mostProbes';
      /** In words. */
      readonly message: string;
    };

/** A narrower bracket is found, and levels of a bearable length tell no closer rates apart. */
const resolution = 0.05;
export const mostProbes = 14;
/** Below so small a share of the plateau nothing is looked for. */
const leastShare = 0.01;
const firstShare = 0.7;
const growth = 1.5;

/** What the probes leave open. A verdict that another one contradicts counts for the cautious side: the rate is below the lowest miss. */
export function bracketOf(probes: readonly RateProbe[]): RateBracket {
  const missed = ratesOf(probes, 'missed');
  const toPerSec = missed.length === 0 ? undefined : Math.min(...missed);
  const held = ratesOf(probes, 'held').filter((rate) => toPerSec === undefined || rate < toPerSec);
  return { fromPerSec: Math.max(0, ...held), ...(toPerSec === undefined ? {} : { toPerSec }) };
}

/**
 * Chooses the next rate from the probes until now, and from nothing else, so that a replay chooses the same.
 *
 * The first is 0.7 of the plateau of a closed loop; while all hold, the next is half as much more. Then brackets are bisected
 * until they are narrower than 5 %. Around rates that stay open the bisection goes on to either side.
 *
 * @param plateauPerSec requests a second that the server gave at most to clients that wait
 */
export function nextRate(probes: readonly RateProbe[], plateauPerSec: number): NextRate {
  if (probes.length === 0) return { kind: 'run', ratePerSec: rounded(firstShare * plateauPerSec) };
  const [before, last] = [probes.at(-2), probes.at(-1)];
  if (last?.verdict === 'untrusted') {
    // One alone may have had bad luck: something else was busy for a moment.
    if (before?.verdict !== 'untrusted') return { kind: 'run', ratePerSec: last.ratePerSec };
    return stop('untrusted', `twice the load generator was the limit at ${last.ratePerSec} requests/s`);
  }
  const { fromPerSec, toPerSec } = bracketOf(probes);
  if (probes.length >= mostProbes) return stop('mostProbes', `${mostProbes} rates were tried`);
  const open = ratesOf(probes, 'open').filter(
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
  const gap = gaps.find(([low, high]) => high - low > resolution * toPerSec);
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

/**
 * The largest rate under objectives, from the levels of one sweep of rates.
 * @returns `undefined` where nothing is asked of requests, or a level is none at a rate
 */
export function rateUnderObjectives(levels: readonly LevelSummary[]): RateUnderObjectives | undefined {
  const isAsked = levels.some(({ objectives }) => objectives !== undefined);
  if (!isAsked || levels.some(({ load }) => load.kind !== 'ratePerSec')) return undefined;
  const probes = levels.map(probeOf);
  const { fromPerSec, toPerSec } = bracketOf(probes);
  const isNarrow = toPerSec !== undefined && toPerSec - fromPerSec <= resolution * toPerSec;
  return {
    status: isNarrow ? 'found' : 'open',
    ...(fromPerSec === 0 ? {} : { ratePerSec: fromPerSec }),
    ...(toPerSec === undefined ? {} : { interval: [fromPerSec * (1 - resolution), toPerSec * (1 + resolution)] }),
    probes: probes.length,
    ...(isNarrow ? {} : { reason: whyOpen(probes, toPerSec) }),
  };
}

function whyOpen(probes: readonly RateProbe[], toPerSec: number | undefined): string {
  if (probes.at(-1)?.verdict === 'untrusted') return 'the load generator was the limit';
  if (toPerSec === undefined) return 'no rate surely missed them';
  return probes.some(({ verdict }) => verdict === 'open')
    ? 'rates between are too close to the target for levels of this length'
    : 'no rate between was tried';
}

function probeOf({ load, objectives, generator }: LevelSummary): RateProbe {
  const verdict = generator.verdict === 'clientLimited' ? 'untrusted' : (objectives?.attainment?.verdict ?? 'open');
  return { ratePerSec: load.value, verdict };
}

function ofSweep(levels: readonly LevelSummary[], sweep: number): readonly LevelSummary[] {
  return levels.filter((level) => level.sweep === sweep);
}

function stop(why: Extract<NextRate, { kind: 'stop' }>['why'], message: string): NextRate {
  return { kind: 'stop', why, message };
}

function ratesOf(probes: readonly RateProbe[], verdict: RateProbe['verdict']): readonly number[] {
  return probes.filter((probe) => probe.verdict === verdict).map(({ ratePerSec }) => ratePerSec);
}

/** To four digits: a rate has a name. */
function rounded(ratePerSec: number): number {
  return Number(ratePerSec.toPrecision(4));
}
