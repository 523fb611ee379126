import type { RequestCompleted } from '../events/events.ts';

/** Fewer tokens may well come in one piece. */
const fewestTokens = 8;
/** No server generates a token of one stream in less. */
const msPerToken = 0.05;

/**
 * Whether a stream was none: first and last token are closer together than any server can generate them, so something
 * held the answer back until it was whole.
 */
export function cameAtOnce(request: RequestCompleted): boolean {
  const { streamed, outputTokens, firstTokenAtMs, lastTokenAtMs } = request;
  if (!streamed || firstTokenAtMs === undefined || lastTokenAtMs === undefined) return false;
  return outputTokens >= fewestTokens && lastTokenAtMs - firstTokenAtMs < msPerToken * outputTokens;
}
