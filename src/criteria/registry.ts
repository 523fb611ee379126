import { Observable, type OperatorFunction } from 'rxjs';
import type { Analysed } from '../metrics/analysed.ts';
import type { Criterion, Decision } from './criterion.ts';
import { earlyStopLatency } from './earlyStopLatency.ts';
import { loadSearch } from './loadSearch.ts';
import { maxErrorRatio } from './maxErrorRatio.ts';
import { maxLevelSeconds } from './maxLevelSeconds.ts';
import type { CriteriaSettings } from './namedRule.ts';
import { seatPanel } from './panel.ts';
import { plateau } from './plateau.ts';
import { precisionReached } from './precisionReached.ts';
import { probeDecided, rateSearch } from './rateSearch.ts';
import { budgetStop, levelStop, type OutsideCriteria, sweepStop } from './stopCriteria.ts';

/** Every criterion with a flag of its own, a line each; `undefined` where the options leave it off. */
const registry: readonly ((options: CriteriaSettings) => Criterion | undefined)[] = [
  (options) => earlyStopLatency(options.early_stop_latency),
  (options) => maxErrorRatio(options.max_error_ratio),
  (options) => (options.max_level_seconds === undefined ? undefined : maxLevelSeconds(options.max_level_seconds)),
  (options) => (options.stop_at_plateau ? plateau() : undefined),
  ({ precision, objective = [] }) =>
    precision === undefined ? undefined : precisionReached(precision, objective.length > 0),
  budgetStop,
  () => loadSearch(),
  () => probeDecided(),
  () => rateSearch(),
];

/**
 * The criteria that the options ask for, in the registry's order, then those of rules.
 *
 * @param outside what the modules among the rules are; one that is not there decides nothing
 * @throws SpeedometerError `usage` where a rule cannot be read, with the column
 */
export function askedCriteria(options: CriteriaSettings, outside: OutsideCriteria = new Map()): readonly Criterion[] {
  return [
    ...registry.map((create) => create(options)),
    ...(options.stop ?? []).map((text) => sweepStop(text, options, outside)),
    ...(options.stop_level ?? []).map((text) => levelStop(text, options, outside)),
  ].filter((one) => one !== undefined);
}

/** All of them over one subscription to the stream; decisions come as a {@link seatPanel} makes them. See {@link askedCriteria}. */
export function criteria(
  options: CriteriaSettings,
  outside: OutsideCriteria = new Map(),
): OperatorFunction<Analysed, Decision> {
  const asked = askedCriteria(options, outside);
  return (items$) =>
    new Observable<Decision>((subscriber) =>
      items$.subscribe({
        next: seatPanel(asked, (decision) => subscriber.next(decision)),
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
}
