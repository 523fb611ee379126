import type { RequestCompleted } from '../events/events.ts';

/** Figures of one completed request, in ms. A figure that is not defined is `undefined`, never 0. */
export interface RequestFigures {
  /** sent - scheduled: the load generator's own lateness. */
  readonly queueMs: number;
  /** firstToken - sent. Only of streamed answers. */
  readonly ttftMs: number | undefined;
  /** lastToken - sent; closed - sent when the answer is not streamed. */
  readonly e2eMs: number;
  /** (lastToken - firstToken) / (outputTokens - tokens in the first chunk); undefined where the divisor is 0. */
  readonly tpotMs: number | undefined;
}

/** Reads the figures of one request from its last event; formulas stand at {@link RequestFigures}. */
export function requestFigures(request: RequestCompleted): RequestFigures {
  const { sentAtMs, firstTokenAtMs, lastTokenAtMs, streamed } = request;
  const queueMs = sentAtMs - request.scheduledAtMs;
  if (!streamed || firstTokenAtMs === undefined || lastTokenAtMs === undefined) {
    return { queueMs, ttftMs: undefined, e2eMs: request.closedAtMs - sentAtMs, tpotMs: undefined };
  }
  const firstChunkTokens = request.firstChunkTokens ?? request.outputTokens / Math.max(1, request.chunks);
  const laterTokens = request.outputTokens - firstChunkTokens;
  return {
    queueMs,
    ttftMs: firstTokenAtMs - sentAtMs,
    e2eMs: lastTokenAtMs - sentAtMs,
    tpotMs: laterTokens > 0 ? (lastTokenAtMs - firstTokenAtMs) / laterTokens : undefined,
  };
}
