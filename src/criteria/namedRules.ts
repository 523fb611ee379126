import { budgetRule } from './budget.ts';
import { driftRule } from './drift.ts';
import { earlyStopLatencyRule } from './earlyStopLatency.ts';
import { errorBurstRule } from './errorBurst.ts';
import type { NamedRule } from './namedRule.ts';
import { plateauRule } from './plateau.ts';
import { precisionReachedRule } from './precisionReached.ts';

/** Every name that a stop rule can use, a line each. */
export const namedRules: readonly NamedRule[] = [
  budgetRule,
  driftRule,
  earlyStopLatencyRule,
  errorBurstRule,
  plateauRule,
  precisionReachedRule,
];
