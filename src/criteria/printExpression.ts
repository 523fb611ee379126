import type { Expression, NamedFigure } from './expression.ts';

/** The text of an expression, with no more brackets than it needs: `parseExpression` reads it as the same expression. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'comparison': {
      const { operator, number, unit } = expression;
      return `${printFigure(expression)} ${operator} ${number.value}${unit.value}`;
    }
    case 'worsening':
      return `${printFigure(expression)} worse by ${expression.percent.value}%`;
    case 'named':
      return expression.name.value;
    case 'judgement':
      return `${expression.name.value}(${printExpression(expression.of)})`;
    case 'own':
      return expression.name;
    case 'lasting': {
      const { of, duration, unit } = expression;
      return `${printWithin(of, ['or', 'and', 'lasting'])} for ${duration.value}${unit.value}`;
    }
    case 'and':
      return expression.of.map((part) => printWithin(part, ['or', 'and'])).join(' and ');
    case 'or':
      return expression.of.map((part) => printWithin(part, ['or'])).join(' or ');
  }
}

function printWithin(part: Expression, bracketed: readonly Expression['kind'][]): string {
  const text = printExpression(part);
  return bracketed.includes(part.kind) ? `(${text})` : text;
}

function printFigure({ name, argument }: NamedFigure): string {
  return argument === undefined ? name.value : `${name.value}(${argument.value})`;
}
