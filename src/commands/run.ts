import { join } from 'node:path';
import type { RunInvocation } from '../config/resolveRuns.ts';
import { exitCodes, SpeedometerError } from '../core/errors.ts';
import { createJsonResults } from '../sinks/jsonResults.ts';
import { writeAtomically } from '../sinks/resultFiles.ts';
import { createTerminalSink } from '../sinks/terminalSink.ts';
import { renderPlan } from './dryRun.ts';
import { describeRefusal, judgeRun } from './judgeRun.ts';
import { identifyRun, startLiveRun } from './liveRun.ts';
import { planRun, type RunPlan } from './runPlan.ts';
import { onSignals } from './signals.ts';
import type { Terminal } from './terminal.ts';

/** `deepspeedometer run`: measures, and leaves a log, a summary and result files. @returns the exit code */
export async function run(invocation: RunInvocation, terminal: Terminal): Promise<number> {
  const plan = await planRun(invocation);
  const [{ options }] = plan.sweeps;
  if (options.dry_run) {
    terminal.writeOut(renderPlan(plan, options.output));
    return exitCodes.done;
  }

  const identity = identifyRun(options.result_dir);
  const sinks = [createTerminalSink(), createJsonResults(resultSettings(plan, identity.id))];
  let signalCode = 0;
  const live = startLiveRun(identity, {
    plan,
    sinks,
    onService: () => {},
    judge: (end) => judgeRun(end, signalCode, options),
  });
  const release = onSignals((exitCode, count) => {
    signalCode ||= exitCode;
    if (count === 1) live.interrupt();
    else live.abort();
  });
  const { output, summary, verdict } = await live.ended;
  release();
  writeAtomically(join(identity.folder, 'summary.json'), `${JSON.stringify(summary, undefined, 2)}\n`);
  if (options.output === 'json') terminal.writeOut(`${JSON.stringify(summary)}\n`);
  if (output.error !== undefined) throw output.error;
  if (output.refusal !== undefined) throw describeRefusal(output.refusal, options);
  return verdict.exitCode;
}

function resultSettings(plan: RunPlan, runId: string) {
  return {
    runId,
    targetOf: (level: number) => {
      const step = plan.levels[level];
      const digest = plan.sweeps[step?.sweep ?? 0]?.digest;
      if (step === undefined || digest === undefined) throw new SpeedometerError('bug', `no level ${level} was planned`);
      return { path: step.result.path, digest };
    },
    sourceText: (source: number) => plan.sweeps[source]?.prompts.source.text ?? '',
  };
}
