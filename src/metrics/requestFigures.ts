import type { LevelPrepared, RequestCompleted } from '../events/events.ts';

/** Figures of one completed request, in ms. A figure that is not defined is `undefined`, never 0. */
export interface RequestFigures {
  /** sent - scheduled: the load generator's own lateness. */
  readonly queueMs: number;
  /** firstToken - start. Only of streamed answers. */
  readonly ttftMs: number | undefined;
  /** lastToken - start; closed - start when the answer is not streamed. */
  readonly e2eMs: number;
  /** (lastToken - firstToken) / (outputTokens - tokens in the first chunk); undefined where the divisor is 0. */
  readonly tpotMs: number | undefined;
}

/** What latencies count from: the sending (closed loop), or the moment when the request was due (open loop). */
export type LatencyStart = 'sent' | 'due';

/** What latencies of a level count from. */
export function latencyStart({ openLoop }: Pick<LevelPrepared, 'openLoop'>): LatencyStart {
  return openLoop === undefined ? 'sent' : 'due';
}

/** Reads the figures of one request from its last event; formulas stand at {@link RequestFigures}. */
export function requestFigures(request: RequestCompleted, start: LatencyStart = 'sent'): RequestFigures {
  const { sentAtMs, firstTokenAtMs, lastTokenAtMs, streamed } = request;
  const queueMs = sentAtMs - request.scheduledAtMs;
  const startMs = start === 'sent' ? sentAtMs : request.scheduledAtMs;
  if (!streamed || firstTokenAtMs === undefined || lastTokenAtMs === undefined) {
    return { queueMs, ttftMs: undefined, e2eMs: request.closedAtMs - startMs, tpotMs: undefined };
  }
  const firstChunkTokens = request.firstChunkTokens ?? request.outputTokens / Math.max(1, request.chunks);
  const laterTokens = request.outputTokens - firstChunkTokens;
  return {
    queueMs,
    ttftMs: firstTokenAtMs - startMs,
    e2eMs: lastTokenAtMs - startMs,
    tpotMs: laterTokens > 0 ? (lastTokenAtMs - firstTokenAtMs) / laterTokens : undefined,
  };
}
