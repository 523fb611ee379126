import type { Comparison, Operator } from './expression.ts';
import type { Placed } from './words.ts';

/** How a limit is given: a time with its unit, a ratio as `5%` or 0.05, a share (a ratio that is never above 1), or a plain number. */
export type LimitUnit = 'duration' | 'ratio' | 'share' | 'plain';

const msOf: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000 };

/** Refuses a piece of a text. @param expected what should stand there */
export type Refuse = (placed: Placed<unknown>, expected: string) => never;

/** The limit of a comparison in ms, as a share, or as it stands. @throws by `refuse` where its unit is another one */
export function limitOf({ number, unit }: Comparison, expected: LimitUnit, refuse: Refuse): number {
  if (expected === 'duration') return durationMs(number, unit, refuse);
  if (expected === 'plain') return unit.value === '' ? number.value : refuse(unit, 'a number without a unit');
  if (unit.value === '%') {
    return expected === 'share' && number.value > 100 ? refuse(number, 'a share up to 100 %') : number.value / 100;
  }
  if (unit.value !== '') refuse(unit, '% or no unit');
  return number.value <= 1 ? number.value : refuse(number, 'a share up to 1, or a number of %');
}

/** A time with its unit, in ms. @throws by `refuse` where there is none, or an unknown one */
export function durationMs(number: Placed<number>, unit: Placed<string>, refuse: Refuse): number {
  const ms = Object.hasOwn(msOf, unit.value) ? msOf[unit.value] : undefined;
  return number.value * (ms ?? refuse(unit, 'a unit: us, ms, s or min'));
}

/** Whether a value keeps a limit. */
export function holds(value: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}
