import type { RequestCompleted, RequestFailed } from '../events/events.ts';
import type { Column } from './column.ts';
import type { RequestRow } from './requestRows.ts';

const stamp = { type: 'number', unit: 'ms' } as const;
const count = { type: 'integer' } as const;
const word = { type: 'text' } as const;

/** Stamps are milliseconds since the run's start on the monotonic clock. */
export const requestColumns: readonly Column<RequestRow>[] = [
  { name: 'request', ...count, meaning: 'Its number, from 0 over the whole run', cell: (row) => either(row).request },
  { name: 'level', ...count, meaning: 'Number of its level, from 0', cell: ({ level }) => level.level },
  { name: 'sweep', ...count, meaning: 'Number of its sweep, from 0', cell: ({ level }) => level.sweep },
  {
    name: 'loadKind',
    ...word,
    meaning: 'What was set in the level: clients, ratePerSec, trace',
    cell: ({ level }) => level.load.kind,
  },
  { name: 'load', type: 'number', meaning: 'How much of it', cell: ({ level }) => level.load.value },
  { name: 'client', ...count, meaning: 'The client that sent it, from 0', cell: (row) => either(row).client },
  {
    name: 'conversation',
    ...count,
    meaning: 'Its conversation, by the number of the request that began it; absent where requests stand by themselves',
    cell: ({ sent }) => (sent?.turn === undefined ? undefined : sent.request + 1 - sent.turn),
  },
  { name: 'turn', ...count, meaning: 'Which turn of its conversation it is, from 1', cell: ({ sent }) => sent?.turn },
  {
    name: 'worker',
    ...count,
    meaning: 'The process that the client lives in, from 1',
    cell: (row) => either(row).worker,
  },
  {
    name: 'stretch',
    ...word,
    meaning:
      'Where it was sent (open loop: due): warmup, ramp, steady or drain; the headline figures of a level are those of steady',
    cell: ({ stretch }) => stretch,
  },
  {
    name: 'outcome',
    ...word,
    meaning: 'completed, empty, failed, cutOff (by us), unfinished (open when the log or the level ended)',
    cell: ({ outcome }) => outcome,
  },
  {
    name: 'keptObjectives',
    type: 'boolean',
    meaning: 'Whether it kept every `--objective` of the run; goodput counts those',
    cell: ({ isKept }) => isKept,
  },
  { name: 'failureKind', ...word, meaning: 'Kind of failure', cell: (row) => failed(row)?.kind },
  { name: 'failureReason', ...word, meaning: 'A finer word for it', cell: (row) => failed(row)?.reason },
  {
    name: 'httpStatus',
    ...count,
    meaning: 'Status of the answer, where it was one',
    cell: (row) => failed(row)?.httpStatus,
  },
  { name: 'retries', ...count, meaning: 'Failed tries that were sent again', cell: ({ retries }) => retries },
  { name: 'message', ...word, meaning: "The server's or the system's own words", cell: (row) => failed(row)?.message },
  { name: 'scheduledAtMs', ...stamp, meaning: 'When it was due', cell: (row) => either(row).scheduledAtMs },
  {
    name: 'sentAtMs',
    ...stamp,
    meaning: 'Head handed to a connected socket',
    cell: ({ sent, ended }) => ended?.sentAtMs ?? sent?.atMs,
  },
  { name: 'headersAtMs', ...stamp, meaning: 'Head of the answer received', cell: ({ ended }) => ended?.headersAtMs },
  {
    name: 'firstEventAtMs',
    ...stamp,
    meaning: 'First event of the stream, of any kind',
    cell: ({ ended }) => ended?.firstEventAtMs,
  },
  { name: 'firstTokenAtMs', ...stamp, meaning: 'First event with output', cell: ({ ended }) => ended?.firstTokenAtMs },
  { name: 'lastTokenAtMs', ...stamp, meaning: 'Last event with output', cell: ({ ended }) => ended?.lastTokenAtMs },
  {
    name: 'closedAtMs',
    ...stamp,
    meaning: 'The body ended, or the request failed',
    cell: ({ ended }) => ended?.closedAtMs,
  },
  {
    name: 'queueMs',
    ...stamp,
    meaning: "sent - scheduled: the load generator's own lateness",
    cell: ({ figures }) => figures?.queueMs,
  },
  {
    name: 'ttftMs',
    ...stamp,
    meaning: 'firstToken - sent; of streamed answers',
    cell: ({ figures }) => figures?.ttftMs,
  },
  {
    name: 'ttftFromScheduledMs',
    ...stamp,
    meaning: 'firstToken - scheduled',
    cell: ({ figures }) => added(figures?.ttftMs, figures?.queueMs),
  },
  {
    name: 'tpotMs',
    ...stamp,
    meaning: '(lastToken - firstToken) / (outputTokens - tokens in the first chunk); absent where that divisor is 0',
    cell: ({ figures }) => figures?.tpotMs,
  },
  {
    name: 'e2eMs',
    ...stamp,
    meaning: 'lastToken - sent; closed - sent where the answer is not streamed',
    cell: ({ figures }) => figures?.e2eMs,
  },
  {
    name: 'e2eFromScheduledMs',
    ...stamp,
    meaning: 'e2e + queue',
    cell: ({ figures }) => added(figures?.e2eMs, figures?.queueMs),
  },
  { name: 'maxStallMs', ...stamp, meaning: 'The largest gap between two chunks', cell: ({ maxStallMs }) => maxStallMs },
  {
    name: 'streamed',
    type: 'boolean',
    meaning: 'Whether the answer was streamed',
    cell: (row) => completed(row)?.streamed,
  },
  {
    name: 'chunks',
    ...count,
    meaning: 'Events with output; 0 where the answer is not streamed',
    cell: ({ ended }) => ended?.chunks,
  },
  {
    name: 'promptTokens',
    ...count,
    unit: 'tokens',
    meaning: 'Asked length of the prompt, by our tokenizer',
    cell: (row) => row.sent?.promptTokens ?? completed(row)?.promptTokens,
  },
  {
    name: 'serverPromptTokens',
    ...count,
    unit: 'tokens',
    meaning: 'Length of the prompt by the server',
    cell: (row) => completed(row)?.serverPromptTokens,
  },
  {
    name: 'maxNewTokens',
    ...count,
    unit: 'tokens',
    meaning: 'Asked length of the answer',
    cell: ({ sent }) => sent?.maxNewTokens,
  },
  {
    name: 'outputTokens',
    ...count,
    unit: 'tokens',
    meaning: 'Length of the answer',
    cell: (row) => completed(row)?.outputTokens,
  },
  {
    name: 'tokenSource',
    ...word,
    meaning: 'Who counted it: usage, tokenIds, tokenizer or chunks',
    cell: (row) => completed(row)?.tokenSource,
  },
  {
    name: 'firstChunkTokens',
    type: 'number',
    unit: 'tokens',
    meaning: 'Tokens in the first chunk',
    cell: (row) => completed(row)?.firstChunkTokens,
  },
  {
    name: 'finishReason',
    ...word,
    meaning: 'Why the server ended the answer, in its own word',
    cell: (row) => completed(row)?.finishReason,
  },
];

type Known = Pick<RequestCompleted, 'request' | 'client' | 'worker' | 'scheduledAtMs'>;

/** A row has at least one of the two. */
function either({ ended, sent }: RequestRow): Known {
  return (ended ?? sent) as Known;
}

function completed({ ended }: RequestRow): RequestCompleted | undefined {
  return ended?.type === 'request.completed' ? ended : undefined;
}

function failed({ ended }: RequestRow): RequestFailed | undefined {
  return ended?.type === 'request.failed' ? ended : undefined;
}

function added(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}
