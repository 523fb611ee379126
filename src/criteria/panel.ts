import { merge, Subject } from 'rxjs';
import type { Analysed } from '../metrics/analysed.ts';
import type { Criterion, Decision, Judge } from './criterion.ts';

/**
 * Lets criteria hear one item after the other. Those with a judge are asked in a plain loop, since millions of events come
 * by; only the others need a subject of their own, and decide after them.
 *
 * @param decide is told of each decision while the item that brought it about is heard
 * @throws whatever a criterion throws
 */
export function seatPanel(
  criteria: readonly Criterion[],
  decide: (decision: Decision) => void,
): (item: Analysed) => void {
  const seats = criteria.flatMap(({ createJudge, hears }) =>
    createJudge === undefined ? [] : [{ judge: createJudge(), hears }],
  );
  const judgesOf = new Map<Analysed['type'], readonly Judge[]>();
  const others = criteria.filter(({ createJudge }) => createJudge === undefined);
  const hearOthers = others.length === 0 ? undefined : connected(others, decide);
  return (item) => {
    const { type } = item;
    let judges = judgesOf.get(type);
    if (judges === undefined) {
      judges = seats.filter(({ hears }) => hears?.includes(type) ?? true).map(({ judge }) => judge);
      judgesOf.set(type, judges);
    }
    for (const judge of judges) {
      const decision = judge(item);
      if (decision !== undefined) decide(decision);
    }
    hearOthers?.(item);
  };
}

function connected(criteria: readonly Criterion[], decide: (decision: Decision) => void): (item: Analysed) => void {
  const items$ = new Subject<Analysed>();
  let failure: { readonly error: unknown } | undefined;
  merge(...criteria.map((one) => items$.pipe(one))).subscribe({
    next: decide,
    error: (error: unknown) => {
      failure = { error };
    },
  });
  return (item) => {
    items$.next(item);
    if (failure !== undefined) throw failure.error;
  };
}
