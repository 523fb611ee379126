import { isEmptyAnswer } from '../events/emptyAnswer.ts';
import type { RequestCompleted, RequestOutcome, RequestSent } from '../events/events.ts';
import type { ChunkTimeline } from './chunkTimeline.ts';
import type { LatencyStart, RequestFigures } from './requestFigures.ts';

/** A measured request between its sending and the moment when its figures can be settled. */
export interface TrackedRequest {
  /** When its client became free (closed loop) or it was due (open loop). */
  readonly dueAtMs: number;
  /** `undefined` where it failed before it could be sent. */
  readonly sentAtMs: number | undefined;
  readonly promptTokens: number;
  readonly maxNewTokens: number;
  /** Which turn of its conversation it is, from 1; `undefined` where requests stand by themselves, and where it was never sent. */
  readonly turn: number | undefined;
  /** Only where chunks came. */
  timeline: ChunkTimeline | undefined;
  /** `undefined` while it is open; at the level's end an open request is cut off. */
  outcome: RequestOutcome | undefined;
  /** Of an answer with output, once it has ended. */
  figures: RequestFigures | undefined;
  /** When it ended, or was cut off. */
  closedAtMs: number;
}

/** A stretch of a level's time, [fromMs, toMs). */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What latencies of a request count from, ms; `undefined` where that is a sending that never was. */
export function startOf({ dueAtMs, sentAtMs }: TrackedRequest, start: LatencyStart): number | undefined {
  return start === 'sent' ? sentAtMs : dueAtMs;
}

/** The outcome of an answer with output; `undefined` for every other. An answer without output is empty. */
export function answered(outcome: RequestOutcome | undefined): RequestCompleted | undefined {
  return outcome?.type === 'request.completed' && !isEmptyAnswer(outcome) ? outcome : undefined;
}

/** A request that was just sent. */
export function sentRequest(event: RequestSent): TrackedRequest {
  return {
    dueAtMs: event.scheduledAtMs,
    sentAtMs: event.atMs,
    promptTokens: event.promptTokens,
    maxNewTokens: event.maxNewTokens,
    turn: event.turn,
    timeline: undefined,
    outcome: undefined,
    figures: undefined,
    closedAtMs: event.atMs,
  };
}

/** A request that ended without having been sent. */
export function unsentRequest(event: RequestOutcome): TrackedRequest {
  return {
    dueAtMs: event.scheduledAtMs,
    sentAtMs: event.sentAtMs,
    promptTokens: event.type === 'request.completed' ? event.promptTokens : 0,
    maxNewTokens: 0,
    turn: undefined,
    timeline: undefined,
    outcome: undefined,
    figures: undefined,
    closedAtMs: event.closedAtMs,
  };
}
