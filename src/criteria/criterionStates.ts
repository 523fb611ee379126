import { Observable, type OperatorFunction } from 'rxjs';
import type { Analysed } from '../metrics/analysed.ts';
import { budgetRule } from './budget.ts';
import type { CriteriaSettings } from './namedRule.ts';
import { type CriterionState, RuleFold } from './ruleFold.ts';
import { figuresSettings, type OutsideCriteria, readStop } from './stopCriteria.ts';
import type { Scope } from './streamFigures.ts';
import type { Place } from './words.ts';

/**
 * How far each criterion that the options ask for is from firing, about twice a second of event time. It decides nothing:
 * it is for those who watch.
 *
 * @throws SpeedometerError `usage` where a rule cannot be read, with the column
 */
export function criterionStates(
  options: CriteriaSettings,
  outside: OutsideCriteria = new Map(),
): OperatorFunction<Analysed, readonly CriterionState[]> {
  const rules = watchedRules(options).flatMap(({ text, place, scope }) => {
    const rule = readStop(text, place, options, outside);
    return rule === undefined ? [] : [{ rule, settings: figuresSettings(scope, options) }];
  });
  return (items$) =>
    new Observable<readonly CriterionState[]>((subscriber) => {
      const folds = rules.map(({ rule, settings }) => new RuleFold(rule, settings));
      return items$.subscribe({
        next: (item) => {
          const readings = folds.map((fold) => fold.add(item)).filter((reading) => reading !== undefined);
          if (readings.length > 0) subscriber.next(readings.flatMap(({ states }) => states));
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}

interface WatchedRule {
  readonly text: string;
  readonly place: Place;
  readonly scope: Scope;
}

/** Criteria that have flags of their own are put into words of the grammar, to be watched like the others. */
function watchedRules(options: CriteriaSettings): readonly WatchedRule[] {
  const { max_level_seconds, max_error_ratio, stop_at_plateau, precision, stop = [], stop_level = [] } = options;
  const asked = (is: boolean, text: string, scope: Scope): readonly WatchedRule[] =>
    is ? [{ text, place: 'criterion', scope }] : [];
  return [
    ...asked(true, 'early_stop_latency', 'sweep'),
    ...asked(max_error_ratio < 1, `error_ratio > ${max_error_ratio}`, 'level'),
    ...asked(max_level_seconds !== undefined, `elapsed > ${max_level_seconds}s`, 'level'),
    ...asked(stop_at_plateau, 'gain(throughput) < 5%', 'sweep'),
    ...asked(precision !== undefined, 'precision_reached', 'level'),
    ...asked(budgetRule.text(options) !== undefined, budgetRule.name, 'run'),
    ...stop.map((text): WatchedRule => ({ text, place: '--stop', scope: 'sweep' })),
    ...stop_level.map((text): WatchedRule => ({ text, place: '--stop_level', scope: 'level' })),
  ];
}
