import type { LevelSummary } from './levelSummary.ts';
import { bracketOf, type ObjectiveBracket, type ObjectiveProbe, probeOf } from './objectiveBracket.ts';
import type { LoadUnderObjectives } from './runSummary.ts';

/** A narrower bracket is found, and levels of a bearable length tell no closer rates apart. */
export const rateResolution = 0.05;
/** Clients are tried in steps of a ladder. */
const ladderStep = 2;

/**
 * The largest load under objectives, from the levels of one sweep of rates or of clients.
 * @returns `undefined` where nothing is asked of requests, or where levels have another kind of load
 */
export function underObjectives(levels: readonly LevelSummary[]): LoadUnderObjectives | undefined {
  const [first] = levels;
  if (first === undefined || !levels.some(({ objectives }) => objectives !== undefined)) return undefined;
  const { kind } = first.load;
  if (kind === 'trace' || levels.some(({ load }) => load.kind !== kind)) return undefined;
  const probes = levels.map(probeOf);
  const bracket = bracketOf(probes);
  const { from, to } = bracket;
  const isNarrow = kind === 'clients' ? isOneStep(bracket) : isCloseRate(bracket);
  return {
    status: isNarrow ? 'found' : 'open',
    ...(kind === 'clients' ? clientsOf(bracket) : ratesOf(bracket)),
    probes: probes.length,
    ...(isNarrow ? {} : { reason: whyOpen(probes, to, from, kind === 'clients' ? 'load' : 'rate') }),
  };
}

function isOneStep({ from, to }: ObjectiveBracket): boolean {
  return to !== undefined && to <= ladderStep * Math.max(from, 1 / ladderStep);
}

function isCloseRate({ from, to }: ObjectiveBracket): boolean {
  return to !== undefined && to - from <= rateResolution * to;
}

function clientsOf({ from, to }: ObjectiveBracket): Partial<LoadUnderObjectives> {
  return { ...(from === 0 ? {} : { clients: from }), ...(to === undefined ? {} : { tooManyClients: to }) };
}

function ratesOf({ from, to }: ObjectiveBracket): Partial<LoadUnderObjectives> {
  return {
    ...(from === 0 ? {} : { ratePerSec: from }),
    ...(to === undefined ? {} : { interval: [from * (1 - rateResolution), to * (1 + rateResolution)] }),
  };
}

function whyOpen(
  probes: readonly ObjectiveProbe[],
  to: number | undefined,
  from: number,
  noun: 'load' | 'rate',
): string {
  if (probes.at(-1)?.verdict === 'untrusted') return 'the load generator was the limit';
  if (to === undefined) return `no ${noun} surely missed them`;
  const isOpenBetween = probes.some(({ verdict, load }) => verdict === 'open' && load > from && load < to);
  return isOpenBetween
    ? `${noun}s between are too close to the target for levels of this length`
    : `no ${noun} between was tried`;
}
