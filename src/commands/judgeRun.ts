import { exitCodes, messageOf, SpeedometerError } from '../core/errors.ts';
import type { Decision } from '../criteria/criterion.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import { formatCount } from '../reports/quantities.ts';
import { describeRefusal } from './describeRefusal.ts';
import type { RunEnd, Verdict } from './liveRun.ts';
import type { SweepPlan } from './runPlan.ts';

/** What a run comes to: 0 where it did what was asked, whatever the server's failures, which are figures. */
export function judgeRun({ output, summary, decisions }: RunEnd, signalCode: number, sweep: SweepPlan): Verdict {
  if (output.error !== undefined) {
    const exitCode = output.error instanceof SpeedometerError ? output.error.exitCode : exitCodes.bug;
    return { exitCode, reason: messageOf(output.error) };
  }
  if (output.refusal !== undefined) {
    const { exitCode, message } = describeRefusal(output.refusal, sweep);
    return { exitCode, reason: message };
  }
  if (output.type === 'interrupted') return { exitCode: signalCode, reason: 'interrupted' };
  const measured = summary.levels.filter(({ status }) => status !== 'skipped');
  const degraded = measured.find(({ status }) => status === 'degraded');
  if (degraded !== undefined) {
    const why = degraded.reason === undefined ? '' : ` (${degraded.reason})`;
    return { exitCode: exitCodes.generatorLost, reason: `a part of the load generator was lost on the way${why}` };
  }
  if (measured.length > 0 && measured.every(({ requests }) => requests.completed === 0)) {
    return { exitCode: exitCodes.serverUnreachable, reason: 'no request was completed' };
  }
  if (decisions.some(({ criterion }) => criterion === 'max_error_ratio')) {
    return {
      exitCode: exitCodes.objectiveMissed,
      reason: 'too many requests failed, or came back empty (--max_error_ratio)',
    };
  }
  const worst = measured.find((level) => badRatio(level) > sweep.options.max_error_ratio);
  if (worst === undefined) return judgeObjectives(decisions);
  const { failed, empty } = worst.requests;
  const count = `${formatCount(failed + empty)} of ${formatCount(outcomesOf(worst))}`;
  return {
    exitCode: exitCodes.objectiveMissed,
    reason: `${count} requests failed, or came back empty, with ${worst.clients} clients (--max_error_ratio)`,
  };
}

/** An objective within a stop rule is one that the run was to keep: where it made the rule true, it was missed. */
function judgeObjectives(decisions: readonly Decision[]): Verdict {
  const missed = [...new Set(decisions.flatMap(({ missedObjectives = [] }) => missedObjectives))];
  if (missed.length === 0) return { exitCode: exitCodes.done };
  return { exitCode: exitCodes.objectiveMissed, reason: `an objective was missed: ${missed.join(', ')} (--stop)` };
}

/** The criterion waits for enough outcomes to stop a level; one that has ended had all that it was to have. */
function badRatio(level: LevelSummary): number {
  const { failed, empty } = level.requests;
  return (failed + empty) / Math.max(1, outcomesOf(level));
}

function outcomesOf({ requests: { completed, failed, empty } }: LevelSummary): number {
  return completed + failed + empty;
}
