import { SpeedometerError } from '../core/errors.ts';

/** @throws SpeedometerError `usage` with all problems, one a line, if there are any */
export function refuseProblems(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new SpeedometerError('usage', [...new Set(problems)].join('\n'), {
    hint: 'All options: deepspeedometer --help',
  });
}
