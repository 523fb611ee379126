import { existsSync } from 'node:fs';
import { SpeedometerError } from '../core/errors.ts';
import { loadOutside, outsideAddress } from '../core/outsideModule.ts';
import type { Condition } from '../criteria/conditions.ts';
import type { Expression } from '../criteria/expression.ts';
import type { CriteriaSettings } from '../criteria/namedRule.ts';
import { criteria } from '../criteria/registry.ts';
import { isModulePath, type OutsideCriteria } from '../criteria/stopCriteria.ts';

/**
 * Loads the modules that stop rules name, and reads every rule, before anything starts.
 *
 * @param whenMissing hears of a module that is not there; without it that is an error
 * @throws SpeedometerError `usage` where a rule cannot be read, with the column, or a module is no criterion
 */
export async function prepareCriteria(
  options: CriteriaSettings,
  whenMissing?: (path: string) => void,
): Promise<OutsideCriteria> {
  const paths = [...(options.stop ?? []), ...(options.stop_level ?? [])].filter(isModulePath);
  const outside = new Map<string, Expression>();
  for (const path of paths) {
    if (whenMissing !== undefined && !existsSync(path)) whenMissing(path);
    else outside.set(path, await loadCriterion(path));
  }
  criteria(options, outside);
  if (options.budget_cost !== undefined && options.price_per_1m_tokens === undefined) {
    throw new SpeedometerError('usage', '--budget_cost: expected --price_per_1m_tokens with it, got none', {
      hint: 'Two prices are those of prompts and of answers: --price_per_1m_tokens 0.5 1.5',
    });
  }
  return outside;
}

async function loadCriterion(path: string): Promise<Expression> {
  const { criterion } = await loadOutside('--stop', outsideAddress(path));
  const expression = (criterion as Partial<Condition> | undefined)?.expression;
  if (expression !== undefined) return expression;
  throw new SpeedometerError('usage', `--stop ${path}: expected an export named criterion, a condition`, {
    hint: 'What a criterion is: docs/criteria.md.',
  });
}
