import type { LevelSummary } from '../metrics/levelSummary.ts';
import { bracketOf, probeOf } from '../metrics/objectiveBracket.ts';
import { gainLimit, hasSurelyStoppedGaining, isTrusted, saturation } from '../metrics/saturation.ts';

/** What a sweep that looks for its saturation point does next. */
export type NextLoad =
  | { readonly kind: 'run'; readonly clients: number }
  | {
      readonly kind: 'stop';
      readonly why: 'found' | 'objectives' | 'maxClients' | 'untrusted';
      /** In words. */
      readonly message: string;
    };

/**
 * Chooses the next load of a sweep from the levels that it has, and from nothing else, so that a replay chooses the same.
 *
 * Loads double from 1 until the largest gains, with 97.5 % confidence, less than 5 % over the best of the smaller ones, or
 * until the two largest surely miss the objectives. Then half-steps (3, 6, 12 ...) are run within the interval of the saturation
 * point, nearest to its upper end first, and below the first load that misses the objectives, until none is left. Two levels in a row whose figures cannot be trusted end it as well.
 *
 * @param levels of this sweep, in any order
 * @param maxClients no larger load is run
 */
export function nextLoad(levels: readonly LevelSummary[], maxClients: number): NextLoad {
  const loads = new Set(levels.map(({ clients }) => clients));
  const [largest, before] = levels.toSorted((one, other) => other.clients - one.clients);
  if (largest === undefined) return { kind: 'run', clients: 1 };
  // One alone may have had bad luck: something else was busy for a moment.
  if (!isTrusted(largest) && before !== undefined && !isTrusted(before)) {
    const isOurs = [before, largest].every(({ generator }) => generator.verdict === 'clientLimited');
    const why = isOurs ? ': the load generator was the limit at both' : '';
    const message = `neither ${before.clients} nor ${largest.clients} clients gave figures to be trusted${why}`;
    return { kind: 'stop', why: 'untrusted', message };
  }
  const isFlat = hasSurelyStoppedGaining(levels);
  const isMissed = [largest, before].every((level) => level !== undefined && probeOf(level).verdict === 'missed');
  if (!isFlat && !isMissed && largest.clients < maxClients) {
    return { kind: 'run', clients: Math.min(2 * largest.clients, maxClients) };
  }
  // Nobody asks for the saturation point of a ladder that was left for its objectives.
  const bends = [...(isMissed && !isFlat ? [] : [saturation(levels).clientsInterval]), missedBetween(levels)];
  const halfStep = bends
    .flatMap((bend) => halfStepsBetween(...(bend ?? ([0, 0] as const))).toReversed())
    .find((clients) => !loads.has(clients));
  if (halfStep !== undefined) return { kind: 'run', clients: halfStep };
  if (isFlat) {
    const percent = gainLimit * 100;
    const message = `${largest.clients} clients bring, with confidence, under ${percent} % more, and no step is left around the bend`;
    return { kind: 'stop', why: 'found', message };
  }
  if (isMissed) {
    const message = `the objectives were missed with ${before?.clients} and with ${largest.clients} clients, and no step is left below`;
    return { kind: 'stop', why: 'objectives', message };
  }
  return { kind: 'stop', why: 'maxClients', message: `${largest.clients} clients are as many as --max_clients allows` };
}

/** From the next smaller load to the first that surely missed the objectives. */
function missedBetween(levels: readonly LevelSummary[]): readonly [above: number, upTo: number] | undefined {
  const { to } = bracketOf(levels.map(probeOf));
  if (to === undefined) return undefined;
  return [Math.max(0, ...levels.map(({ clients }) => clients).filter((clients) => clients < to)), to];
}

/** Loads 2^k and 3 x 2^k strictly between two loads, ascending. */
function halfStepsBetween(above: number, upTo: number): readonly number[] {
  const steps: number[] = [];
  for (let step = 1; step < upTo; step *= 2) {
    for (const clients of step === 1 ? [1] : [step, step * 1.5]) {
      if (clients > above && clients < upTo) steps.push(clients);
    }
  }
  return steps;
}
