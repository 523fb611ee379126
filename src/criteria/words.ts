import { SpeedometerError } from '../core/errors.ts';

/** A word or number and where it stands; columns count from 1, and 0 is what was built in code. */
export interface Placed<Value> {
  readonly value: Value;
  readonly column: number;
}

/** What a text is, for messages: `--objective`. */
export type Place = '--objective' | '--fail_if' | '--stop' | '--stop_level' | 'criterion';

/** The smallest piece of a text. */
export interface Token {
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

const examples: Readonly<Record<Place, string>> = {
  '--objective': 'p99(ttft) < 500ms',
  '--fail_if': 'p99(ttft) worse by 5%',
  '--stop': 'mean(e2e) > 10s or (gain(throughput) < 5% and elapsed > 30s)',
  '--stop_level': 'error_ratio > 20% for 5s',
  criterion: 'mean(e2e) > 10s',
};

/** Refuses a text at one of its columns. @throws SpeedometerError `usage`, always */
export function refuseAt(text: string, place: Place, column: number, problem: string): never {
  throw new SpeedometerError('usage', `${place} "${text}", column ${column}: ${problem}`, {
    hint: `An example: '${examples[place]}'.`,
  });
}

/** Takes a text apart, token after token. */
export class Words {
  readonly #text: string;
  readonly #place: Place;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, place: Place) {
    this.#text = text;
    this.#place = place;
    this.#tokens = tokensOf(text);
  }

  get next(): Token {
    return this.#tokens[this.#at] as Token;
  }

  /** Takes the next token if it is this very word or bracket. */
  takeIf(text: string): boolean {
    if (this.next.text !== text) return false;
    this.#at++;
    return true;
  }

  /** @throws SpeedometerError `usage` where something else stands there */
  take(kind: Token['kind'], expected: string, only?: string): Token {
    const token = this.next;
    if (token.kind !== kind || (only !== undefined && token.text !== only)) this.refuse(expected);
    this.#at++;
    return token;
  }

  word(expected: string): Placed<string> {
    const { text, column } = this.take('word', expected);
    return { value: text, column };
  }

  number(): Placed<number> {
    const { text, column } = this.take('number', 'a number');
    const value = Number(text);
    if (!Number.isFinite(value)) refuseAt(this.#text, this.#place, column, `expected a number, got ${text}`);
    return { value, column };
  }

  end(): void {
    this.take('end', 'nothing more');
  }

  /** @throws SpeedometerError `usage`, always */
  refuse(expected: string): never {
    const { kind, text, column } = this.next;
    refuseAt(this.#text, this.#place, column, `expected ${expected}, got ${kind === 'end' ? 'the end' : text}`);
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
