import { join } from 'node:path';
import { exitCodes, messageOf, SpeedometerError } from '../core/errors.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import type { JsonResultsSettings } from '../sinks/jsonResults.ts';
import { writeAtomically } from '../sinks/resultFiles.ts';
import { describeRefusal } from './describeRefusal.ts';
import type { JudgedEnd, RunIdentity } from './liveRun.ts';
import type { RunPlan } from './runPlan.ts';

/** Writes `summary.json` beside the log. @returns why it could not be kept; what stopped the run before is the better reason */
export function keepSummary({ folder }: RunIdentity, summary: RunSummary): SpeedometerError | undefined {
  const path = join(folder, 'summary.json');
  try {
    writeAtomically(path, `${JSON.stringify(summary, undefined, 2)}\n`);
    return undefined;
  } catch (cause) {
    return new SpeedometerError('logUnwritable', `${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** Where the result file of each level goes, and what it is made from. */
export function resultSettings(plan: RunPlan, runId: string): JsonResultsSettings {
  return {
    runId,
    targetOf: (level) => {
      const step = plan.levels[level];
      const digest = plan.sweeps[step?.sweep ?? 0]?.digest;
      if (step === undefined || digest === undefined)
        throw new SpeedometerError('bug', `no level ${level} was planned`);
      return { path: step.result.path, digest };
    },
    sourceText: (source) => plan.sweeps[source]?.prompts.source.text ?? '',
  };
}

/** @throws SpeedometerError what stopped the run, or what its verdict is about, in words for a person */
export function throwWhatStopped({ output, verdict }: JudgedEnd, plan: RunPlan): void {
  if (output.error !== undefined) {
    throw output.error instanceof Error ? output.error : new SpeedometerError('bug', messageOf(output.error));
  }
  if (output.refusal !== undefined) throw describeRefusal(output.refusal, plan.sweeps[0]);
  if (verdict.exitCode === exitCodes.serverUnreachable) {
    throw new SpeedometerError(
      'serverUnreachable',
      `${verdict.reason ?? 'nothing was measured'}: see the failures above`,
    );
  }
  if (verdict.exitCode === exitCodes.objectiveMissed)
    throw new SpeedometerError('objectiveMissed', verdict.reason ?? '');
  if (verdict.exitCode === exitCodes.generatorLost) {
    throw new SpeedometerError('generatorLost', verdict.reason ?? '', {
      hint: 'Levels marked degraded had fewer clients than they say. The same command runs only those again.',
    });
  }
}
