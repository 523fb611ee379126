import type { RunSummary } from '../metrics/runSummary.ts';
import { failureRemarks } from './failureRemarks.ts';
import { type Remark, renderRemarks } from './remarks.ts';
import { saturationRemarks } from './saturationRemarks.ts';
import type { TextStyle } from './textStyle.ts';
import { trustRemarks } from './trustRemarks.ts';

/** The answer of one sweep: its saturation point in words. */
export function renderAnswer(summary: RunSummary, sweep: number, style: TextStyle): readonly string[] {
  const saturation = summary.sweeps.find(({ id }) => id === sweep)?.saturation;
  if (saturation === undefined) return [];
  return renderRemarks(
    saturationRemarks(
      saturation,
      summary.levels.filter((level) => level.sweep === sweep),
    ),
    style,
  );
}

/** Whether the run can be trusted: how it ended, failures and what to do about them, what weakens its figures. */
export function renderTrust({ run, levels }: RunSummary, style: TextStyle): readonly string[] {
  const failures = failureRemarks(levels);
  return renderRemarks([...endRemarks(run), ...failures, ...trustRemarks(levels)], style);
}

function endRemarks({ exitCode, reason }: RunSummary['run']): readonly Remark[] {
  if (exitCode === undefined)
    return [{ tone: 'warning', text: 'The run did not end in order: the figures are those of its log.' }];
  if (exitCode === 0 && reason === undefined) return [];
  const isInterrupt = exitCode > 128;
  const what = isInterrupt
    ? 'The run was interrupted'
    : exitCode === 0
      ? 'The run ended early'
      : `The run failed (exit ${exitCode})`;
  return [
    {
      tone: isInterrupt || exitCode === 0 ? 'warning' : 'bad',
      text: `${what}${reason === undefined ? '' : `: ${reason}`}.`,
    },
  ];
}
