import { budgetRule } from './budget.ts';
import type { Criterion } from './criterion.ts';
import type { Expression } from './expression.ts';
import type { CriteriaSettings } from './namedRule.ts';
import { namedRules } from './namedRules.ts';
import { printExpression } from './printExpression.ts';
import { stopCriterion } from './stopCriterion.ts';
import { type NamedTexts, parseStopRule, resolveStopRule, type StopRule } from './stopRule.ts';
import type { Scope, StreamFiguresSettings, TokenPrices } from './streamFigures.ts';
import type { Place } from './words.ts';

/** Criteria of modules, by the path that was given for them. */
export type OutsideCriteria = ReadonlyMap<string, Expression>;

/** Whether the text of a stop rule is the path of a module. */
export function isModulePath(text: string): boolean {
  return /[/\\]|\.[cm]?[jt]s$/.test(text);
}

/**
 * Reads one value of `--stop` or `--stop_level`.
 * @returns `undefined` where it names a module that was not loaded: only its own decisions, in the log, can be told then
 * @throws SpeedometerError `usage` with the column and what was expected there
 */
export function readStop(
  text: string,
  place: Place,
  options: CriteriaSettings,
  outside: OutsideCriteria,
): StopRule | undefined {
  const namedTexts: NamedTexts = new Map(namedRules.map(({ name, text: textOf }) => [name, textOf(options)]));
  if (!isModulePath(text)) return parseStopRule(text, place, namedTexts);
  const expression = outside.get(text);
  if (expression === undefined) return undefined;
  return resolveStopRule(expression, { text: printExpression(expression), place, namedTexts });
}

/** A rule for one value of `--stop`, as it ends a sweep. See {@link readStop}. */
export function sweepStop(
  text: string,
  options: CriteriaSettings,
  outside: OutsideCriteria = new Map(),
): Criterion | undefined {
  const rule = readStop(text, '--stop', options, outside);
  return (
    rule &&
    stopCriterion(rule, { ...figuresSettings('sweep', options), name: nameOf(rule, 'stop'), action: 'endSweep' })
  );
}

/** A rule for one value of `--stop_level`. See {@link readStop}. */
export function levelStop(text: string, options: CriteriaSettings, outside: OutsideCriteria): Criterion | undefined {
  const rule = readStop(text, '--stop_level', options, outside);
  const settings = figuresSettings('level', options);
  return rule && stopCriterion(rule, { ...settings, name: nameOf(rule, 'stop_level'), action: 'endLevel' });
}

/** Ends the run once its budget is used up; `undefined` where there is none. */
export function budgetStop(options: CriteriaSettings): Criterion | undefined {
  if (budgetRule.text(options) === undefined) return undefined;
  const rule = readStop(budgetRule.name, '--stop', options, new Map()) as StopRule;
  return stopCriterion(rule, { ...figuresSettings('run', options), name: 'budget', action: 'endRun' });
}

/** What figures of a scope are taken over. */
export function figuresSettings(scope: Scope, options: CriteriaSettings): StreamFiguresSettings {
  const { window_seconds = 10, price_per_1m_tokens } = options;
  return { scope, windowMs: window_seconds * 1000, prices: price_per_1m_tokens as TokenPrices | undefined };
}

function nameOf(rule: StopRule, flag: string): string {
  return rule.kind === 'named' || rule.kind === 'own' ? rule.name : flag;
}
