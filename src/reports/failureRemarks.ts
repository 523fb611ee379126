import type { FailureKind } from '../events/events.ts';
import type { FailureTopic, LevelSummary } from '../metrics/levelSummary.ts';
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

/** Above this share of requests without an answer, those that have one are no fair sample any more. */
const biasLimit = 0.01;
const longestQuote = 160;

/** Requests that brought nothing, by what went wrong, the most frequent first. None where all went well. */
export function failureRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const outcomes = sum(levels, ({ completed, failed, empty }) => completed + failed + empty);
  const facts = [...factsOfKinds(levels), ...factsBesides(levels)].filter(({ count }) => count > 0);
  const remarks = facts
    .sort((one, other) => other.count - one.count)
    .map(({ count, what, quote }): Remark => {
      const share = formatPercent(count / outcomes);
      const end = what.endsWith('?') ? '' : '.';
      const text = `${formatCount(count)} of ${formatCount(outcomes)} requests (${share}) ${what}${end}`;
      return { tone: 'bad', text: quote === undefined ? text : `${text} Most often: ${quote}` };
    });
  return [
    ...remarks,
    ...biasRemarks(levels, outcomes),
    ...retryRemarks(levels),
    ...cutOffRemarks(levels),
    ...unsentRemarks(levels),
  ];
}

interface Fact {
  readonly count: number;
  readonly what: string;
  readonly quote?: string | undefined;
}

function factsOfKinds(levels: readonly LevelSummary[]): readonly Fact[] {
  return (Object.keys(words) as (keyof typeof words)[]).map((kind) => {
    const all = sum(levels, ({ byFailureKind }) => byFailureKind[kind] ?? 0);
    const count = all - throttledAs(levels, kind);
    return { count, what: words[kind], quote: quoteOf(levels, kind) };
  });
}

/** Those that were turned away have words of their own. */
function throttledAs(levels: readonly LevelSummary[], kind: FailureKind): number {
  const ofStreams = sum(levels, ({ throttledStreams = 0 }) => throttledStreams);
  if (kind === 'stream') return ofStreams;
  return kind === 'httpStatus' ? sum(levels, ({ throttled }) => throttled) - ofStreams : 0;
}

function factsBesides(levels: readonly LevelSummary[]): readonly Fact[] {
  return [
    {
      count: sum(levels, ({ throttled }) => throttled),
      what: 'were turned away (429, 503, 529): a rate limit, or the queue of the server is full',
      quote: quoteOf(levels, 'throttled'),
    },
    { count: sum(levels, ({ empty }) => empty), what: 'came back without output: counted as empty, in no latency' },
  ];
}

/** Of the levels that keep words for that kind, those of the one with the most failures. */
function quoteOf(levels: readonly LevelSummary[], topic: FailureTopic): string | undefined {
  const heard = levels.filter(({ requests }) => requests.messages?.[topic] !== undefined);
  const [loudest] = heard.toSorted((one, other) => other.requests.failed - one.requests.failed);
  const text = loudest?.requests.messages?.[topic]?.trim();
  if (text === undefined || text === '') return undefined;
  return `"${text.length > longestQuote ? `${text.slice(0, longestQuote - 3)}...` : text}"`;
}

function biasRemarks(levels: readonly LevelSummary[], outcomes: number): readonly Remark[] {
  const lost = sum(levels, ({ failed, empty }) => failed + empty);
  if (lost <= biasLimit * outcomes || lost === outcomes) return [];
  const text = `Latencies and lengths are those of the other ${formatCount(outcomes - lost)} requests: where long answers fail more often than short ones, they look better than they are.`;
  return [{ tone: 'warning', text }];
}

function retryRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const retries = sum(levels, (requests) => requests.retries ?? 0);
  if (retries === 0) return [];
  const were = retries === 1 ? 'try failed and was' : 'tries failed and were';
  const text = `${formatCount(retries)} ${were} sent again: latencies count from the first sending, waits among them.`;
  return [{ tone: 'warning', text }];
}

function cutOffRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const cutOff = sum(levels, (requests) => requests.cutOff);
  if (cutOff === 0) return [];
  const were = cutOff === 1 ? 'request was' : 'requests were';
  return [
    { tone: 'faint', text: `${formatCount(cutOff)} ${were} cut off by us where a level was ended: no failures.` },
  ];
}

/** Where a level ended by itself, only turns behind one without an answer are left. */
function unsentRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const held = levels.filter(({ turns, status }) => turns !== undefined && status === 'completed');
  const unsent = sum(held, (requests) => requests.unsent);
  if (unsent === 0) return [];
  const were = unsent === 1 ? 'turn of a conversation was' : 'turns of conversations were';
  return [
    {
      tone: 'warning',
      text: `${formatCount(unsent)} later ${were} not sent: the turn before had no answer to go on from.`,
    },
  ];
}

function sum(levels: readonly LevelSummary[], of: (requests: LevelSummary['requests']) => number): number {
  return levels.reduce((total, { requests }) => total + of(requests), 0);
}
