import type { FailureKind } from '../events/events.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import { formatCount, formatPercent } from './quantities.ts';
import type { Remark } from './remarks.ts';

/** What happened, and where to look. */
const words: Readonly<Record<Exclude<FailureKind, 'aborted'>, string>> = {
  connect: 'could not connect: is the server up, and is its backlog or the limit of open files (ulimit -n) reached?',
  timeout: 'came to no end in time: the server stalls, or --request_timeout and --no_progress_timeout are too short',
  httpStatus: 'were answered with an error status: the server log says why',
  stream: 'broke off within the answer: the server log says why; a proxy may cut long answers',
  protocol: 'had an answer that cannot be read: is --endpoint right, is --url the inference server?',
};

/** Requests that brought nothing, by what went wrong, the most frequent first. None where all went well. */
export function failureRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const byKind = new Map<Exclude<FailureKind, 'aborted'>, number>();
  let [throttled, empty, cutOff, outcomes] = [0, 0, 0, 0];
  for (const { requests } of levels) {
    throttled += requests.throttled;
    empty += requests.empty;
    cutOff += requests.cutOff;
    outcomes += requests.completed + requests.failed + requests.empty;
    for (const [kind, count] of Object.entries(requests.byFailureKind) as [FailureKind, number][]) {
      if (kind !== 'aborted') byKind.set(kind, (byKind.get(kind) ?? 0) + count);
    }
  }
  const facts: { count: number; what: string }[] = [...byKind].map(([kind, count]) =>
    kind === 'httpStatus' ? { count: count - throttled, what: words[kind] } : { count, what: words[kind] },
  );
  facts.push({
    count: throttled,
    what: 'were turned away (429, 503): a rate limit, or the queue of the server is full',
  });
  facts.push({ count: empty, what: 'came back without output: counted as empty, in no latency' });
  const remarks = facts
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count)
    .map(({ count, what }): Remark => {
      const share = formatPercent(count / outcomes);
      return {
        tone: 'bad',
        text: `${formatCount(count)} of ${formatCount(outcomes)} requests (${share}) ${what}${what.endsWith('?') ? '' : '.'}`,
      };
    });
  if (cutOff === 0) return remarks;
  return [
    ...remarks,
    { tone: 'faint', text: `${formatCount(cutOff)} requests were cut off by us where a level was ended: no failures.` },
  ];
}
