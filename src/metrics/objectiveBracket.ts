import type { AttainmentVerdict } from './attainment.ts';
import type { LevelSummary } from './levelSummary.ts';

/** A load that was tried, and what came of it. */
export interface ObjectiveProbe {
  /** Clients, or requests a second. */
  readonly load: number;
  /** `untrusted`: the load generator was the limit, which says nothing of the server. */
  readonly verdict: AttainmentVerdict | 'untrusted';
}

/** Where the largest load under objectives lies, as far as it is known. */
export interface ObjectiveBracket {
  /** The highest load that surely held, below all that missed; 0 where none did. */
  readonly from: number;
  /** The lowest load that surely missed; absent where none did. */
  readonly to?: number;
}

/** What a level says of its load. */
export function probeOf({ load, objectives, generator }: LevelSummary): ObjectiveProbe {
  const verdict = generator.verdict === 'clientLimited' ? 'untrusted' : (objectives?.attainment?.verdict ?? 'open');
  return { load: load.value, verdict };
}

/** What the probes leave open. A verdict that another one contradicts counts for the cautious side: the load is below the lowest miss. */
export function bracketOf(probes: readonly ObjectiveProbe[]): ObjectiveBracket {
  const missed = loadsOf(probes, 'missed');
  const to = missed.length === 0 ? undefined : Math.min(...missed);
  const held = loadsOf(probes, 'held').filter((load) => to === undefined || load < to);
  return { from: Math.max(0, ...held), ...(to === undefined ? {} : { to }) };
}

/** Loads of one verdict, in the order in which they were tried. */
export function loadsOf(probes: readonly ObjectiveProbe[], verdict: ObjectiveProbe['verdict']): readonly number[] {
  return probes.filter((probe) => probe.verdict === verdict).map(({ load }) => load);
}
