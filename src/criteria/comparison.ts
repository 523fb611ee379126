import { SpeedometerError } from '../core/errors.ts';

export type Operator = '<' | '<=' | '>' | '>=';

/** A word or number and where it stands; columns count from 1. */
export interface Placed<Value> {
  readonly value: Value;
  readonly column: number;
}

/** A figure as it was read; what its names mean is up to the reader. */
export interface NamedFigure {
  readonly text: string;
  /** `p99`, or a figure of its own such as `error_ratio`. */
  readonly name: Placed<string>;
  /** `ttft`, where the name stands before brackets. */
  readonly argument?: Placed<string>;
}

/** `p99(ttft) < 500ms` as it was read. */
export interface Comparison extends NamedFigure {
  readonly operator: Operator;
  readonly number: Placed<number>;
  /** Empty where none was given. */
  readonly unit: Placed<string>;
}

/** `p99(ttft) worse by 5%` as it was read. */
export interface Worsening extends NamedFigure {
  readonly percent: Placed<number>;
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
  const words = new Words(text, place);
  const figure = words.figure();
  const operator = words.take('operator', '<, <=, > or >=');
  const number = words.number();
  const { kind, column } = words.next;
  const hasUnit = kind === 'word' || kind === 'percent';
  const unit = hasUnit ? words.take(kind, 'a unit') : { text: '', column };
  words.end();
  return {
    ...figure,
    operator: operator.text as Operator,
    number,
    unit: { value: unit.text, column: unit.column },
  };
}

/**
 * Reads by how much a figure may get worse: `name[(argument)] worse by number%`.
 * @param place what the text is, for messages: `--fail_if`
 * @throws SpeedometerError `usage` with the column and what was expected there
 */
export function readWorsening(text: string, place: string): Worsening {
  const words = new Words(text, place);
  const figure = words.figure();
  words.take('word', 'worse by', 'worse');
  words.take('word', 'by', 'by');
  const percent = words.number();
  words.take('percent', '%');
  words.end();
  return { ...figure, percent };
}

/** Refuses a text at one of its columns. @throws SpeedometerError `usage`, always */
export function refuseAt(text: string, place: string, column: number, problem: string): never {
  const example = place === '--fail_if' ? 'p99(ttft) worse by 5%' : 'p99(ttft) < 500ms';
  throw new SpeedometerError('usage', `${place} "${text}", column ${column}: ${problem}`, {
    hint: `An example: '${example}'.`,
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

/** Takes a text apart, token after token. */
class Words {
  readonly #text: string;
  readonly #place: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, place: string) {
    this.#text = text;
    this.#place = place;
    this.#tokens = tokensOf(text);
  }

  get next(): Token {
    return this.#tokens[this.#at] as Token;
  }

  take(kind: Token['kind'], expected: string, only?: string): Token {
    const token = this.next;
    if (token.kind !== kind || (only !== undefined && token.text !== only)) {
      const got = token.kind === 'end' ? 'the end' : token.text;
      refuseAt(this.#text, this.#place, token.column, `expected ${expected}, got ${got}`);
    }
    this.#at++;
    return token;
  }

  figure(): NamedFigure {
    const name = this.take('word', 'a figure such as p99(ttft)');
    const named = { text: this.#text, name: { value: name.text, column: name.column } };
    if (this.next.text !== '(') return named;
    this.take('bracket', '(');
    const argument = this.take('word', 'the name of a figure');
    this.take('bracket', ')', ')');
    return { ...named, argument: { value: argument.text, column: argument.column } };
  }

  number(): Placed<number> {
    const { text, column } = this.take('number', 'a number');
    return { value: Number(text), column };
  }

  end(): void {
    this.take('end', 'nothing more');
  }
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
