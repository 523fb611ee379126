import type { RunSummary } from '../metrics/runSummary.ts';
import { ceilingRemarks } from './ceilingRemarks.ts';
import { failureRemarks } from './failureRemarks.ts';
import { type Remark, renderRemarks } from './remarks.ts';
import { type AnsweredSweep, saturationRemarks } from './saturationRemarks.ts';
import type { TextStyle } from './textStyle.ts';
import { trustRemarks } from './trustRemarks.ts';

/** The answer of one sweep: its saturation point in words; none where no request was completed, which is said of the run. */
export function renderAnswer(sweep: AnsweredSweep, style: TextStyle): readonly string[] {
  if (sweep.levels.every(({ requests }) => requests.completed === 0)) return [];
  return renderRemarks(saturationRemarks(sweep), style);
}

/** Whether a signal ended the run: exit codes above 128 stand for one. */
export function isInterrupted({ exitCode = 0 }: RunSummary['run']): boolean {
  return exitCode > 128;
}

/**
 * Whether the run can be trusted: how it ended, failures and what to do about them, what weakens its figures.
 *
 * @param tellsError whether the error that ended the run is told here; else its reader has it from elsewhere
 */
export function renderTrust({ run, levels }: RunSummary, style: TextStyle, tellsError: boolean): readonly string[] {
  const tried = levels.filter(({ requests: { completed, failed, empty } }) => completed + failed + empty > 0);
  const isError = run.exitCode !== undefined && run.exitCode !== 0 && !isInterrupted(run);
  const ending = isError && !tellsError ? [] : endRemarks(run);
  return renderRemarks(
    [...ending, ...failureRemarks(levels), ...trustRemarks(tried), ...ceilingRemarks(run.ceiling, tried)],
    style,
  );
}

/** How a run ended, where that is not as planned. */
export function endRemarks(run: RunSummary['run']): readonly Remark[] {
  const { exitCode, reason } = run;
  if (exitCode === undefined)
    return [{ tone: 'warning', text: 'The run did not end in order: the figures are those of its log.' }];
  if (exitCode === 0 && reason === undefined) return [];
  if (isInterrupted(run))
    return [{ tone: 'warning', text: 'The run was interrupted: it holds what was measured until then.' }];
  const what = exitCode === 0 ? 'The run ended early' : `The run failed (exit ${exitCode})`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return [{ tone: exitCode === 0 ? 'warning' : 'bad', text: `${what}${why}.` }];
}
