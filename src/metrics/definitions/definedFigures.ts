import type { RequestCompleted } from '../../events/events.ts';
import type { RequestFigures } from '../requestFigures.ts';
import type { AnswerTimes, Definitions } from './definitions.ts';

/** The figures of one request by the formulas of another tool; none has a lateness of the load generator. */
export function definedFigures(request: RequestCompleted, definitions: Definitions): RequestFigures {
  const times = answerTimes(request);
  return {
    queueMs: request.sentAtMs - request.scheduledAtMs,
    ttftMs: definitions.tpotMs === undefined ? undefined : times.ttftMs,
    e2eMs: definitions.e2eMs(times),
    tpotMs: definitions.tpotMs?.(times)?.valueMs,
  };
}

/** What the formulas of tools are made of. */
export function answerTimes(request: RequestCompleted): AnswerTimes {
  const { sentAtMs, firstTokenAtMs, lastTokenAtMs, closedAtMs, streamed, outputTokens } = request;
  const isTimed = streamed && firstTokenAtMs !== undefined && lastTokenAtMs !== undefined;
  return {
    ttftMs: isTimed ? firstTokenAtMs - sentAtMs : undefined,
    lastMs: (isTimed ? lastTokenAtMs : closedAtMs) - sentAtMs,
    closedMs: closedAtMs - sentAtMs,
    outputTokens,
  };
}
