import { ceilingRemarks } from './ceilingRemarks.ts';
import { failureRemarks } from './failureRemarks.ts';
import { formatCount } from './quantities.ts';
import type { Remark } from './remarks.ts';
import type { ReportedRun, ReportedSweep } from './reportedRun.ts';
import { saturationRemarks } from './saturationRemarks.ts';
import { trustRemarks } from './trustRemarks.ts';
import { endRemarks, isInterrupted } from './verdict.ts';

/** What was measured, in one line. */
export function runWords({ started, summary }: ReportedRun): string {
  const { api, model, tokenizer } = started;
  const [level] = summary.levels;
  const lengths =
    level === undefined
      ? []
      : [
          `prompts ${spreadWords(summary, 'promptLength', 'prompt_length_var')} → ${spreadWords(summary, 'maxNewTokens', 'max_new_tokens_var')} tokens`,
          level.streaming ? 'streamed' : 'not streamed',
        ];
  return [api, model, `tokenizer ${tokenizer}`, ...lengths].join(' · ');
}

/** The answer of one sweep. */
export function answerOf({ saturation, levels, stopReason, run }: ReportedSweep): readonly Remark[] {
  if (levels.every(({ requests }) => requests.completed === 0)) {
    return [{ tone: 'bad', text: 'No request was completed: nothing was measured.' }];
  }
  const isCutShort = stopReason !== undefined || isInterrupted(run.summary.run);
  return saturationRemarks({ saturation, levels, isCutShort });
}

/** Whether the figures can be trusted: how the run ended, failures, the generator, lengths, whether the log repeats them. */
export function trustOf({ summary, isRepeated, damage }: ReportedRun): readonly Remark[] {
  const { levels, run } = summary;
  const tried = levels.filter(({ requests: { completed, failed, empty } }) => completed + failed + empty > 0);
  const failures = failureRemarks(levels);
  const completed = levels.reduce((sum, { requests }) => sum + requests.completed, 0);
  return [
    ...(damage === undefined
      ? []
      : [{ tone: 'bad', text: `${damage}. All figures are those of what stands before.` } as const]),
    ...endRemarks(run),
    ...failures,
    ...(failures.length === 0 && completed > 0
      ? [{ tone: 'plain', text: `None of ${formatCount(completed)} requests failed.` } as const]
      : []),
    ...trustRemarks(tried),
    ...ceilingRemarks(run.ceiling, tried),
    ...repeatRemarks(isRepeated),
  ];
}

function repeatRemarks(isRepeated: boolean | undefined): readonly Remark[] {
  if (isRepeated === undefined) return [];
  return isRepeated
    ? [{ tone: 'plain', text: 'The log gives the figures of the live run again, to the last bit.' }]
    : [{ tone: 'warning', text: 'The log gives other figures than the live run saw: they come from another version.' }];
}

function spreadWords(
  { levels, run }: ReportedRun['summary'],
  figure: 'promptLength' | 'maxNewTokens',
  variation: string,
): string {
  const means = [...new Set(levels.map((level) => level[figure]))];
  const isFromFile = ['trace', 'dataset', 'length_pairs'].some((name) => run.options[name] !== undefined);
  const share = isFromFile ? undefined : run.options[variation];
  const spread = typeof share === 'number' && share > 0 ? ` ± ${Math.round(share * 100)} %` : '';
  return `${means.map(formatCount).join(', ')}${spread}`;
}
