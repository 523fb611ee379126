import { durationMs, type LimitUnit, limitOf, type Refuse } from './comparison.ts';
import type { Expression, Operator, OwnCriterion } from './expression.ts';
import { type Objective, toObjective } from './objective.ts';
import { parseExpression } from './parseExpression.ts';
import { printExpression } from './printExpression.ts';
import { type Quantity, quantityOf } from './quantities.ts';
import { type Place, refuseAt } from './words.ts';

/** A stop rule whose names and units are known: what the stream is held against. */
export type StopRule =
  | {
      readonly kind: 'limit';
      readonly name: string;
      readonly quantity: Quantity;
      readonly operator: Operator;
      readonly limit: number;
    }
  | { readonly kind: 'missed'; readonly name: string; readonly objective: Objective; readonly unit: LimitUnit }
  | { readonly kind: 'or' | 'and'; readonly of: readonly StopRule[] }
  | { readonly kind: 'lasting'; readonly of: StopRule; readonly forMs: number }
  | { readonly kind: 'named'; readonly name: string; readonly of: StopRule }
  | OwnCriterion;

/** What names of criteria stand for, in the grammar; `undefined` where the options that one needs are not given. */
export type NamedTexts = ReadonlyMap<string, string | undefined>;

/** Shares of percentiles that a level's summary has. */
const summaryShares: readonly unknown[] = [0.5, 0.9, 0.95, 0.99];

/**
 * Reads a stop rule from its text.
 * @throws SpeedometerError `usage` with the column and what was expected there
 */
export function parseStopRule(text: string, place: Place, namedTexts: NamedTexts): StopRule {
  return resolveStopRule(parseExpression(text, place), { text, place, namedTexts });
}

/** Where an expression comes from. */
export interface RuleSource {
  readonly text: string;
  readonly place: Place;
  readonly namedTexts: NamedTexts;
}

/**
 * Looks up the names and units of an expression.
 * @throws SpeedometerError `usage` with the column of what is no part of a stop rule
 */
export function resolveStopRule(expression: Expression, source: RuleSource): StopRule {
  const refuse: Refuse = ({ value, column }, expected) =>
    refuseAt(source.text, source.place, column, `expected ${expected}, got ${String(value) || 'none'}`);
  switch (expression.kind) {
    case 'own':
      return expression;
    case 'or':
    case 'and':
      return { kind: expression.kind, of: expression.of.map((part) => resolveStopRule(part, source)) };
    case 'lasting': {
      const forMs = durationMs(expression.duration, expression.unit, refuse);
      return { kind: 'lasting', of: resolveStopRule(expression.of, source), forMs };
    }
    case 'worsening':
      return refuse(expression.name, 'a condition on one run; "worse by" is for compare --fail_if');
    case 'comparison': {
      const quantity = quantityOf(expression, refuse);
      const limit = limitOf(expression, quantity.unit, refuse);
      const name = printExpression({ ...expression, kind: 'comparison' });
      return { kind: 'limit', name, quantity, operator: expression.operator, limit };
    }
    case 'judgement': {
      const { name, of } = expression;
      if (name.value !== 'objective_missed') return refuse(name, 'objective_missed');
      const objective = toObjective(of, printExpression(of), refuse);
      const { subject } = objective;
      const isLatency = subject.kind === 'latency';
      if (isLatency && typeof subject.statistic === 'number' && !summaryShares.includes(subject.statistic)) {
        return refuse(of.name, 'mean, max, p50, p90, p95 or p99');
      }
      const unit = isLatency ? 'duration' : subject.name === 'error_ratio' ? 'share' : 'plain';
      return { kind: 'missed', name: printExpression(expression), objective, unit };
    }
    case 'named': {
      const { name } = expression;
      const { namedTexts, place } = source;
      if (!namedTexts.has(name.value)) {
        return refuse(name, `a comparison such as mean(e2e) > 10s, or one of ${[...namedTexts.keys()].join(', ')}`);
      }
      const text = namedTexts.get(name.value);
      if (text === undefined) return refuse(name, `an option that begins with --${name.value}_ beside it`);
      const of = parseStopRule(text, place, new Map());
      return { kind: 'named', name: name.value, of };
    }
  }
}
