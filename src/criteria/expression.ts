import type { Analysed } from '../metrics/analysed.ts';
import type { Placed } from './words.ts';

/** How a figure is held against its limit. */
export type Operator = '<' | '<=' | '>' | '>=';

/** A figure as it was read; what its names mean is up to the reader. */
export interface NamedFigure {
  /** `p99`, or a figure of its own such as `error_ratio`. */
  readonly name: Placed<string>;
  /** `ttft`, where the name stands before brackets. */
  readonly argument?: Placed<string>;
}

/** `p99(ttft) < 500ms`. */
export interface Comparison extends NamedFigure {
  readonly kind: 'comparison';
  readonly operator: Operator;
  readonly number: Placed<number>;
  /** Empty where none was given. */
  readonly unit: Placed<string>;
}

/** `p99(ttft) worse by 5%`. */
export interface Worsening extends NamedFigure {
  readonly kind: 'worsening';
  readonly percent: Placed<number>;
}

/** A criterion that has a name: `plateau`. */
export interface NamedCriterion {
  readonly kind: 'named';
  readonly name: Placed<string>;
}

/** A criterion about a comparison: `objective_missed(p99(ttft) < 500ms)`. */
export interface NamedJudgement {
  readonly kind: 'judgement';
  readonly name: Placed<string>;
  readonly of: Comparison;
}

/** True where one of them (`or`), or each of them (`and`) is. */
export interface Combination {
  readonly kind: 'or' | 'and';
  readonly of: readonly Expression[];
}

/** `error_ratio > 20% for 5s`. */
export interface Lasting {
  readonly kind: 'lasting';
  readonly of: Expression;
  readonly duration: Placed<number>;
  readonly unit: Placed<string>;
}

/** A criterion written in code. It has no text of its own but its name. */
export interface OwnCriterion {
  readonly kind: 'own';
  readonly name: string;
  /** @returns a judge for one subscription to the stream */
  readonly create: () => OwnJudge;
}

/** What a criterion of one's own says; the numbers are those that it looked at. */
export interface OwnReading {
  readonly truth: Truth;
  readonly value?: number;
  readonly limit?: number;
  /** The reading as a sentence, without its end. */
  readonly words?: string;
}

/** Takes each item of the stream. @returns what it says from now on; `undefined` where that has not changed */
export type OwnJudge = (item: Analysed) => OwnReading | undefined;

/** A condition over no data is neither true nor false. */
export type Truth = boolean | 'unknown';

/** A stop rule, an objective or a gate as it was read or built. */
export type Expression =
  | Comparison
  | Worsening
  | NamedCriterion
  | NamedJudgement
  | Combination
  | Lasting
  | OwnCriterion;
