import type { Comparison, Expression, NamedFigure, Operator, Worsening } from './expression.ts';
import { type Place, type Placed, Words } from './words.ts';

/** Words that join; no figure has one of them for its name. */
const keywords: readonly string[] = ['and', 'or', 'for', 'worse', 'by'];
/** Brackets within brackets. */
const mostNested = 50;

/**
 * Reads a whole expression:
 *
 * ```
 * expression  = conjunction { "or" conjunction }
 * conjunction = lasting { "and" lasting }
 * lasting     = primary [ "for" number unit ]
 * primary     = "(" expression ")" | figure operator number [ unit ] | figure "worse" "by" number "%"
 *             | name | name "(" figure operator number [ unit ] ")"
 * figure      = name [ "(" name ")" ]
 * operator    = "<" | "<=" | ">" | ">="
 * ```
 *
 * @param place what the text is, for messages
 * @throws SpeedometerError `usage` with the column and what was expected there
 */
export function parseExpression(text: string, place: Place): Expression {
  const words = new Words(text, place);
  const expression = readAny(words, 0);
  words.end();
  return expression;
}

/** Reads a single comparison: `p99(ttft) < 500ms`. @throws SpeedometerError `usage` with the column */
export function readComparison(text: string, place: Place): Comparison {
  const words = new Words(text, place);
  const comparison = readLimit(words, readFigure(words));
  words.end();
  return comparison;
}

/** Reads by how much a figure may get worse: `p99(ttft) worse by 5%`. @throws SpeedometerError `usage` with the column */
export function readWorsening(text: string, place: Place): Worsening {
  const words = new Words(text, place);
  const worsening = readPercent(words, readFigure(words));
  words.end();
  return worsening;
}

function readAny(words: Words, depth: number): Expression {
  return readJoined(words, 'or', () => readJoined(words, 'and', () => readLasting(words, depth)));
}

function readJoined(words: Words, kind: 'or' | 'and', read: () => Expression): Expression {
  const first = read();
  const of = [first];
  while (words.takeIf(kind)) of.push(read());
  return of.length === 1 ? first : { kind, of };
}

function readLasting(words: Words, depth: number): Expression {
  const of = readPrimary(words, depth);
  if (!words.takeIf('for')) return of;
  const duration = words.number();
  return { kind: 'lasting', of, duration, unit: words.word('a unit: us, ms, s or min') };
}

function readPrimary(words: Words, depth: number): Expression {
  if (words.next.text === '(') {
    if (depth === mostNested) words.refuse(`at most ${mostNested} brackets within each other`);
    words.takeIf('(');
    const inner = readAny(words, depth + 1);
    words.take('bracket', ')', ')');
    return inner;
  }
  const name = readName(words);
  if (!words.takeIf('(')) return readAfter(words, { name }) ?? { kind: 'named', name };
  const inner = readFigure(words);
  if (inner.argument !== undefined || words.next.kind === 'operator') {
    const of = readLimit(words, inner);
    words.take('bracket', ')', ')');
    return { kind: 'judgement', name, of };
  }
  words.take('bracket', ')', ')');
  return readAfter(words, { name, argument: inner.name }) ?? words.refuse('<, <=, > or >=');
}

function readAfter(words: Words, figure: NamedFigure): Comparison | Worsening | undefined {
  if (words.next.kind === 'operator') return readLimit(words, figure);
  return words.next.text === 'worse' ? readPercent(words, figure) : undefined;
}

function readFigure(words: Words): NamedFigure {
  const name = readName(words);
  if (!words.takeIf('(')) return { name };
  const argument = words.word('the name of a figure');
  words.take('bracket', ')', ')');
  return { name, argument };
}

function readName(words: Words): Placed<string> {
  const expected = 'a figure such as p99(ttft)';
  return keywords.includes(words.next.text) ? words.refuse(expected) : words.word(expected);
}

function readLimit(words: Words, figure: NamedFigure): Comparison {
  const operator = words.take('operator', '<, <=, > or >=').text as Operator;
  const number = words.number();
  const { kind, text, column } = words.next;
  const hasUnit = kind === 'percent' || (kind === 'word' && !keywords.includes(text));
  const unit = hasUnit ? words.take(kind, 'a unit').text : '';
  return { kind: 'comparison', ...figure, operator, number, unit: { value: unit, column } };
}

function readPercent(words: Words, figure: NamedFigure): Worsening {
  words.take('word', 'worse by', 'worse');
  words.take('word', 'by', 'by');
  const percent = words.number();
  words.take('percent', '%');
  return { kind: 'worsening', ...figure, percent };
}
