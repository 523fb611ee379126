import { isEmptyAnswer } from '../events/emptyAnswer.ts';
import type {
  LevelPrepared,
  Recorded,
  RequestCompleted,
  RequestFailed,
  RequestOutcome,
  RequestProgressed,
  RequestSent,
} from '../events/events.ts';
import { latencyStart, type RequestFigures, requestFigures } from '../metrics/requestFigures.ts';
import type { RequestLimit } from '../metrics/requestLimit.ts';
import type { LevelSpan } from './levelSpans.ts';

/** `unfinished` requests were open when their level, or the log, ended. */
export type Outcome = 'completed' | 'empty' | 'failed' | 'cutOff' | 'unfinished';

/** The stretch of its level in which a request was sent (open loop: due). */
export type Stretch = 'warmup' | 'ramp' | 'steady' | 'drain';

/** All that the log knows of one request. */
export interface RequestRow {
  readonly level: LevelPrepared;
  readonly sent: RequestSent | undefined;
  readonly ended: RequestOutcome | undefined;
  readonly outcome: Outcome;
  /** Of completed requests; an empty answer has no latency. */
  readonly figures: RequestFigures | undefined;
  readonly stretch: Stretch | undefined;
  /** Whether it kept every objective of the run; of warm-ups, of what we cut off and where nothing was asked there is no answer. */
  readonly isKept: boolean | undefined;
  /** Tries that failed and were sent again. */
  readonly retries: number;
  /** The largest gap between two chunks. */
  readonly maxStallMs: number | undefined;
}

interface OpenRequest {
  readonly sent: RequestSent;
  lastChunkAtMs: number | undefined;
  maxStallMs: number | undefined;
}

/**
 * A row for each request, as it ends. Memory holds the requests in flight.
 *
 * @param spans where the stretches of each level lie, see `levelSpans`
 * @param limits what the run asked of each request
 */
export function* requestRows(
  batches: Iterable<readonly Recorded[]>,
  spans: ReadonlyMap<number, LevelSpan>,
  limits: readonly RequestLimit[] = [],
): Iterable<RequestRow> {
  const levels = new Map<number, LevelPrepared>();
  const open = new Map<number, OpenRequest>();
  // Apart from the open ones: a try may fail before anything is sent.
  const retried = new Map<number, number>();

  function row(request: OpenRequest | undefined, ended: RequestOutcome | undefined): RequestRow | undefined {
    const sent = request?.sent;
    const number = (ended ?? sent)?.request ?? -1;
    const retries = retried.get(number) ?? 0;
    retried.delete(number);
    const level = levels.get((ended ?? sent)?.level ?? -1);
    if (level === undefined) return undefined; // a log whose head is lost
    const span = spans.get(level.level);
    const stretch = stretchOf(ended ?? sent, startOf(level, ended, sent), span);
    const outcome = outcomeOf(ended);
    const figures = outcome === 'completed' && ended?.type === 'request.completed' ? requestFigures(ended) : undefined;
    const isKept = keeps(limits, level, outcome, ended);
    return { level, sent, ended, outcome, figures, stretch, isKept, retries, maxStallMs: request?.maxStallMs };
  }

  for (const batch of batches) {
    for (const event of batch) {
      switch (event.type) {
        case 'level.prepared':
          levels.set(event.level, event);
          break;
        case 'request.sent':
          open.set(event.request, { sent: event, lastChunkAtMs: undefined, maxStallMs: undefined });
          break;
        case 'request.progressed':
          addGaps(open.get(event.request), event);
          break;
        case 'request.retried':
          retried.set(event.request, event.failedTry);
          break;
        case 'request.completed':
        case 'request.failed': {
          const ended = row(open.get(event.request), event);
          open.delete(event.request);
          if (ended !== undefined) yield ended;
          break;
        }
        case 'level.finished':
          for (const [number, request] of open) {
            if (request.sent.level !== event.level) continue;
            open.delete(number);
            const unfinished = row(request, undefined);
            if (unfinished !== undefined) yield unfinished;
          }
          break;
        default:
      }
    }
  }
  for (const request of open.values()) {
    const unfinished = row(request, undefined);
    if (unfinished !== undefined) yield unfinished;
  }
}

function addGaps(request: OpenRequest | undefined, { chunkAtMs }: RequestProgressed): void {
  if (request === undefined) return;
  for (const atMs of chunkAtMs) {
    const before = request.lastChunkAtMs;
    if (before !== undefined) request.maxStallMs = Math.max(request.maxStallMs ?? 0, atMs - before);
    request.lastChunkAtMs = atMs;
  }
}

/** As goodput counts: failed and empty requests keep nothing. */
function keeps(
  limits: readonly RequestLimit[],
  level: LevelPrepared,
  outcome: Outcome,
  ended: RequestOutcome | undefined,
): boolean | undefined {
  if (limits.length === 0 || ended === undefined || ended.warmup || outcome === 'cutOff') return undefined;
  if (outcome !== 'completed' || ended.type !== 'request.completed') return false;
  const figures = requestFigures(ended, latencyStart(level));
  return limits.every(({ figure, holds }) => {
    const value = figures[figure];
    return value === undefined || holds(value);
  });
}

function outcomeOf(ended: RequestCompleted | RequestFailed | undefined): Outcome {
  if (ended === undefined) return 'unfinished';
  if (ended.type === 'request.completed') return isEmptyAnswer(ended) ? 'empty' : 'completed';
  return ended.kind === 'aborted' ? 'cutOff' : 'failed';
}

/** What tells the stretch of a request: its sending, in an open loop when it was due. */
function startOf(level: LevelPrepared, ended: RequestOutcome | undefined, sent: RequestSent | undefined) {
  return latencyStart(level) === 'due' ? (ended ?? sent)?.scheduledAtMs : (ended?.sentAtMs ?? sent?.atMs);
}

function stretchOf(
  request: RequestSent | RequestOutcome | undefined,
  startAtMs: number | undefined,
  span: LevelSpan | undefined,
): Stretch | undefined {
  if (request?.warmup === true) return 'warmup';
  if (startAtMs === undefined || span === undefined) return undefined;
  if (startAtMs < span.fromMs) return 'ramp';
  return startAtMs <= span.toMs ? 'steady' : 'drain';
}
