import type { NamedRule } from './namedRule.ts';

/** What may be spent, by the options that begin with `budget_`. */
export const budgetRule: NamedRule = {
  name: 'budget',
  meaning: 'one of `--budget_requests`, `--budget_tokens`, `--budget_seconds`, `--budget_cost` is used up',
  text: ({ budget_requests, budget_tokens, budget_seconds, budget_cost }) => {
    const limits = [
      limit('requests', budget_requests),
      limit('tokens', budget_tokens),
      limit('elapsed', budget_seconds, 's'),
      limit('cost', budget_cost),
    ].filter((text) => text !== undefined);
    return limits.length === 0 ? undefined : limits.join(' or ');
  },
};

function limit(figure: string, value: number | undefined, unit = ''): string | undefined {
  return value === undefined ? undefined : `${figure} >= ${value}${unit}`;
}
