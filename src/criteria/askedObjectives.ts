import { SpeedometerError } from '../core/errors.ts';
import type { AskedObjectives } from '../metrics/objectiveTally.ts';
import { mostProbes } from '../metrics/rateSearch.ts';
import type { CriteriaOptions } from './criteriaOptions.ts';
import { type Objective, parseObjective, requestLimits } from './objective.ts';

/** Chance that any verdict of a search is wrong; the probes share it evenly. */
const errorOfSearch = 0.1;
/** Latencies that grow with a queue. */
const waiting = new Set(['ttftMs', 'e2eMs', 'queueMs']);

/**
 * What `--objective` asks of each request, and `--attain` of how many of them.
 * @returns `undefined` where nothing is asked
 * @throws SpeedometerError `usage` where an objective cannot be read, is none of single requests, or asks for another share
 */
export function askedObjectives({ objective = [], attain }: CriteriaOptions): AskedObjectives | undefined {
  if (objective.length === 0) return undefined;
  const objectives = objective.map(parseObjective);
  const shares = objectives.map((one) => shareOf(one));
  const share = attain ?? shares[0] ?? 1;
  const other = objectives.find((_, index) => shares[index] !== share);
  if (other !== undefined) {
    throw refused(
      other,
      `asks for another share than ${share}, expected one percentile for all, and --attain as it says`,
    );
  }
  const limits = objectives.flatMap(({ subject, limit }) =>
    subject.kind === 'latency' && waiting.has(subject.figure) ? [limit] : [],
  );
  return {
    limits: requestLimits(objectives),
    attain: share,
    chance: errorOfSearch / mostProbes,
    limitMs: Math.max(0, ...limits),
  };
}

function shareOf(objective: Objective): number {
  const { subject, operator } = objective;
  const isOfRequests = subject.kind === 'latency' && subject.figure !== 'itlMs' && operator.startsWith('<');
  if (isOfRequests && typeof subject.statistic === 'number') return subject.statistic;
  throw refused(objective, 'is none of single requests, expected a percentile such as p99(ttft) < 500ms');
}

function refused({ text }: Objective, words: string): SpeedometerError {
  return new SpeedometerError('usage', `--objective ${text}: ${words}`);
}
