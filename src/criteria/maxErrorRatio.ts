import { isEmptyAnswer } from '../events/emptyAnswer.ts';
import type { LevelPrepared, RequestOutcome } from '../events/events.ts';
import { type Criterion, criterionHearing } from './criterion.ts';

/** Outcomes below which a share of failures says nothing. */
export function leastOutcomesFor(clients: number): number {
  return Math.max(20, clients);
}

interface Count {
  readonly prepared: LevelPrepared;
  outcomes: number;
  bad: number;
  decided: boolean;
}

/**
 * Ends the level and the sweep once more than a share of at least max(20, clients) outcomes failed or were empty.
 * Warm-up requests and those that we cut off ourselves are no outcomes.
 *
 * @param limitRatio 0 to 1
 */
export function maxErrorRatio(limitRatio: number): Criterion {
  return criterionHearing(['level.prepared', 'request.completed', 'request.failed'], () => {
    let count: Count | undefined;
    return (item) => {
      if (item.type === 'level.prepared') count = { prepared: item, outcomes: 0, bad: 0, decided: false };
      if (item.type !== 'request.completed' && item.type !== 'request.failed') return undefined;
      if (count === undefined || item.warmup || item.level !== count.prepared.level || isAborted(item))
        return undefined;
      count.outcomes++;
      if (isBad(item)) count.bad++;
      const { prepared, outcomes, bad } = count;
      if (count.decided || outcomes < leastOutcomesFor(prepared.clients) || bad <= limitRatio * outcomes) {
        return undefined;
      }
      count.decided = true;
      return {
        criterion: 'max_error_ratio',
        action: 'endSweep',
        level: prepared.level,
        sweep: prepared.sweep,
        atSeq: item.seq,
        atMs: item.atMs,
        value: bad / outcomes,
        limit: limitRatio,
        message: `${bad} of ${outcomes} requests failed or came back empty (limit ${+(limitRatio * 100).toFixed(2)} %)`,
      };
    };
  });
}

function isAborted(outcome: RequestOutcome): boolean {
  return outcome.type === 'request.failed' && outcome.kind === 'aborted';
}

function isBad(outcome: RequestOutcome): boolean {
  return outcome.type === 'request.failed' || isEmptyAnswer(outcome);
}
