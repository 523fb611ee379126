import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpeedometerError } from '../../src/core/errors.ts';
import type { Expression, Operator } from '../../src/criteria/expression.ts';
import { parseExpression } from '../../src/criteria/parseExpression.ts';
import { printExpression } from '../../src/criteria/printExpression.ts';

const placed = <Value>(value: Value) => ({ value, column: 0 });

/** The tree without the columns in which its text had it. */
function withoutColumns(expression: Expression): unknown {
  return JSON.parse(JSON.stringify(expression, (key, value) => (key === 'column' ? 0 : value)));
}

const keywords = ['and', 'or', 'for', 'worse', 'by'];
const word = fc
  .stringMatching(/^[a-z_][a-z0-9_.]{0,6}$/)
  .filter((name) => !keywords.includes(name))
  .map(placed);
const number = fc
  .oneof(fc.nat(), fc.double({ min: 0, max: 1e300, noNaN: true }))
  .map((value) => placed(value === 0 ? 0 : value)); // the grammar has no -0
const figure = fc.record({ name: word, argument: word }, { requiredKeys: ['name'] });
const comparison = fc
  .tuple(
    figure,
    fc.constantFrom<Operator>('<', '<=', '>', '>='),
    number,
    fc.oneof(
      fc.constant(placed('')),
      fc.constant(placed('%')),
      word.filter(({ value }) => !/^e/i.test(value)),
    ),
  )
  .map(([of, operator, limit, unit]) => ({ kind: 'comparison' as const, ...of, operator, number: limit, unit }));
const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    comparison,
    fc.tuple(figure, number).map(([of, percent]): Expression => ({ kind: 'worsening', ...of, percent })),
    word.map((name): Expression => ({ kind: 'named', name })),
    fc.tuple(word, comparison).map(([name, of]): Expression => ({ kind: 'judgement', name, of })),
    fc
      .tuple(fc.constantFrom('or' as const, 'and' as const), fc.array(tie('tree'), { minLength: 2, maxLength: 3 }))
      .map(([kind, of]): Expression => ({ kind, of })),
    fc
      .tuple(tie('tree'), number, fc.constantFrom('ms', 's', 'min'))
      .map(([of, duration, unit]): Expression => ({ kind: 'lasting', of, duration, unit: placed(unit) })),
  ),
}));

test('what is printed is read as the same tree', () => {
  fc.assert(
    fc.property(tree, (expression) => {
      expect(withoutColumns(parseExpression(printExpression(expression), '--stop'))).toEqual(
        withoutColumns(expression),
      );
    }),
    { numRuns: 500 },
  );
});

test('any text is either read or refused at a column within it', () => {
  const piece = fc.constantFrom(
    'mean',
    'e2e',
    '(',
    ')',
    '<',
    '>=',
    '5',
    '.5',
    '1e999',
    'ms',
    '%',
    ' ',
    'and',
    'or',
    'for',
    'by',
    '🙂',
    '\n',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (given) => {
      try {
        parseExpression(given, '--stop');
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(SpeedometerError);
        const column = Number(/", column (\d+): expected /s.exec(String(thrown))?.[1]);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual(given.length + 1);
      }
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['a > 1 or b > 2 and c > 3', 'a > 1 or b > 2 and c > 3'],
  ['(a > 1 or b > 2) and c > 3', '(a > 1 or b > 2) and c > 3'],
  ['((a>1))', 'a > 1'],
  ['a > 1 for 5 s and b', 'a > 1 for 5s and b'],
  ['(a > 1 and b) for 5s', '(a > 1 and b) for 5s'],
  ['objective_missed( p99(ttft)<500 ms )', 'objective_missed(p99(ttft) < 500ms)'],
  ['elapsed > 5 or x', 'elapsed > 5 or x'],
])('%s is printed as %s', (text, printed) => {
  expect(printExpression(parseExpression(text, '--stop'))).toBe(printed);
});

test.each([
  ['', 1, 'a figure such as p99(ttft), got the end'],
  ['a > 1 or', 9, 'a figure such as p99(ttft), got the end'],
  ['a > 1 or or b', 10, 'a figure such as p99(ttft), got or'],
  ['a > 1s b', 8, 'nothing more, got b'],
  ['(a > 1', 7, '), got the end'],
  ['a(b) and c', 6, '<, <=, > or >=, got and'],
  ['a > 1 for b', 11, 'a number, got b'],
  ['a > 1 for 5', 12, 'a unit: us, ms, s or min, got the end'],
  ['a > -1', 5, 'a number, got -'],
])('%j is refused at column %i', (text, column, problem) => {
  const refused = expect(() => parseExpression(text, '--stop'));
  refused.toThrow(`column ${column}: expected ${problem}`);
});

test('brackets without end are refused, not followed', () => {
  expect(() => parseExpression('('.repeat(100_000), '--stop')).toThrow('column 51: expected at most 50 brackets');
});
