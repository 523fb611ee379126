import type { RequestCompleted } from './events.ts';

/** The finish reason of an answer that is a vector: it is whole without any output token. */
export const vectorFinish = 'vector';

/** Whether output was due and none came: such an answer is counted as empty, not as completed. */
export function isEmptyAnswer({ outputTokens, finishReason }: RequestCompleted): boolean {
  return outputTokens === 0 && finishReason !== vectorFinish;
}
