import type { Condition } from './conditions.ts';
import { toCondition } from './conditions.ts';
import { parseExpression } from './parseExpression.ts';
import { printExpression } from './printExpression.ts';

/** The condition that a text stands for. @throws SpeedometerError `usage` with the column and what was expected there */
export function parseCondition(text: string): Condition {
  return toCondition(parseExpression(text, 'criterion'));
}

/** A condition in the grammar of `--stop`; a criterion of one's own stands in it by its name. */
export function textOf({ expression }: Condition): string {
  return printExpression(expression);
}
