import { Observable, type OperatorFunction } from 'rxjs';
import type { CriterionMet } from '../events/events.ts';
import type { Analysed } from '../metrics/analysed.ts';

/** That a stop condition became true, with the numbers that made it true: what `criterion.met` records. */
export type Decision = Omit<CriterionMet, 'type' | 'worker'>;

/**
 * A stop condition, as a reactive condition on the stream of events and figures. It sees nothing else, keeps what it
 * needs to know for each subscription, takes a condition without data for unknown (never for true), and speaks at most
 * once for a level.
 */
export interface Criterion extends OperatorFunction<Analysed, Decision> {
  /** Where it needs nothing but one item after the other: the same condition, without a subscription. */
  readonly createJudge?: () => Judge;
  /** The only items that such a judge needs to be asked about; all of them where absent. */
  readonly hears?: readonly Analysed['type'][];
}

/** Judges one item of the stream; `undefined` while the condition is not known to be true. */
export type Judge = (item: Analysed) => Decision | undefined;

/**
 * Makes a criterion of a judge; each subscription gets a judge of its own.
 *
 * @example criterion(() => (item) => item.type === 'level.summarized' && tooSlow(item.summary) ? decide(item) : undefined)
 */
export function criterion(createJudge: () => Judge): Criterion {
  const operator: OperatorFunction<Analysed, Decision> = (items$) =>
    new Observable<Decision>((subscriber) => {
      const judge = createJudge();
      return items$.subscribe({
        next: (item) => {
          const decision = judge(item);
          if (decision !== undefined) subscriber.next(decision);
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
  return Object.assign(operator, { createJudge });
}

/** The same for a judge that needs to hear of a few types of items only: events of requests come by in millions. */
export function criterionHearing(hears: readonly Analysed['type'][], createJudge: () => Judge): Criterion {
  return Object.assign(criterion(createJudge), { hears });
}
