import type { RunInvocation } from '../config/resolveRuns.ts';
import { SpeedometerError } from '../core/errors.ts';

/** Placeholder: the lead writes this verb. */
export async function run(_invocation: RunInvocation): Promise<number> {
  throw new SpeedometerError('bug', 'the verb run is not there yet');
}
