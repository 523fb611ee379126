import { SpeedometerError } from '../core/errors.ts';

export type Operator = '<' | '<=' | '>' | '>=';

/** A word or number and where it stands; columns count from 1. */
export interface Placed<Value> {
  readonly value: Value;
  readonly column: number;
}

/** `p99(ttft) < 500ms` as it was read; what its names mean is up to the reader. */
export interface Comparison {
  readonly text: string;
  /** `p99`, or a figure of its own such as `error_ratio`. */
  readonly name: Placed<string>;
  /** `ttft`, where the name stands before brackets. */
  readonly argument?: Placed<string>;
  readonly operator: Operator;
  readonly number: Placed<number>;
  /** Empty where none was given. */
  readonly unit: Placed<string>;
}

interface Token {
  readonly kind: 'word' | 'number' | 'operator' | 'bracket' | 'percent' | 'other' | 'end';
  readonly text: string;
  readonly column: number;
}

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['word', /^[a-z_][\w.]*/i],
  ['number', /^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/i],
  ['operator', /^[<>]=?/],
  ['bracket', /^[()]/],
  ['percent', /^%/],
  ['other', /^./u],
];

/**
 * Reads a comparison: `name[(argument)] operator number[unit]`.
 * @param place what the text is, for messages: `--objective`
 * @throws SpeedometerError `usage` with the column and what was expected there
 */
export function readComparison(text: string, place: string): Comparison {
  const tokens = tokensOf(text);
  let next = 0;
  const take = (kind: Token['kind'], expected: string, only?: string): Token => {
    const token = tokens[next] as Token;
    if (token.kind !== kind || (only !== undefined && token.text !== only)) refuse(text, place, token, expected);
    next++;
    return token;
  };
  const peek = (): Token => tokens[next] as Token;

  const name = take('word', 'a figure such as p99(ttft)');
  let argument: Token | undefined;
  if (peek().text === '(') {
    take('bracket', '(');
    argument = take('word', 'the name of a figure');
    take('bracket', ')', ')');
  }
  const operator = take('operator', '<, <=, > or >=');
  const number = take('number', 'a number');
  const hasUnit = peek().kind === 'word' || peek().kind === 'percent';
  const unit = hasUnit ? take(peek().kind, 'a unit') : { text: '', column: peek().column };
  take('end', 'nothing more');
  return {
    text,
    name: { value: name.text, column: name.column },
    ...(argument === undefined ? {} : { argument: { value: argument.text, column: argument.column } }),
    operator: operator.text as Operator,
    number: { value: Number(number.text), column: number.column },
    unit: { value: unit.text, column: unit.column },
  };
}

/** Refuses a text at one of its columns. @throws SpeedometerError `usage`, always */
export function refuseAt(text: string, place: string, column: number, problem: string): never {
  throw new SpeedometerError('usage', `${place} "${text}", column ${column}: ${problem}`, {
    hint: "An example: 'p99(ttft) < 500ms'.",
  });
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

function refuse(text: string, place: string, token: Token, expected: string): never {
  const got = token.kind === 'end' ? 'the end' : token.text;
  return refuseAt(text, place, token.column, `expected ${expected}, got ${got}`);
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const blanks = /^\s+/.exec(rest)?.[0].length ?? 0;
    if (blanks > 0) {
      at += blanks;
      continue;
    }
    const [kind, found] = firstMatch(rest);
    tokens.push({ kind, text: found, column: at + 1 });
    at += found.length;
  }
  return [...tokens, { kind: 'end', text: '', column: text.length + 1 }];
}

function firstMatch(rest: string): readonly [Token['kind'], string] {
  for (const [kind, pattern] of patterns) {
    const found = pattern.exec(rest)?.[0];
    if (found !== undefined) return [kind, found];
  }
  return ['other', rest.charAt(0)];
}
