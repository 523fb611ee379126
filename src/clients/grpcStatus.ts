import type { Failure } from './client.ts';

/** The codes of gRPC by their numbers: https://grpc.io/docs/guides/status-codes */
const codes = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED'],
  ...['INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
] as const;

const longestWords = 300;

/**
 * What a status at the end of an exchange means. All errors inside MII have the code UNKNOWN: only their words tell what
 * they are.
 * @param hasBegun whether a part of the answer had come before
 * @returns nothing for OK
 */
export function grpcFailure(status: string, encodedMessage = '', hasBegun = false): Failure | undefined {
  if (status === '0') return undefined;
  const code = codes[Number(status)] ?? `status ${status}`;
  const words = innermostWords(decodePercent(encodedMessage));
  const message = (words === '' ? code : `${code}: ${words}`).slice(0, longestWords);
  if (code === 'DEADLINE_EXCEEDED') return { kind: 'timeout', reason: 'deadlineExceeded', message };
  // The server broke off what it had begun.
  if (code === 'CANCELLED' || code === 'ABORTED') return { kind: 'stream', reason: 'cancelled', message };
  // Who answers cannot reach who should.
  if (code === 'UNAVAILABLE') return { kind: hasBegun ? 'stream' : 'connect', reason: 'unavailable', message };
  if (code === 'UNIMPLEMENTED') return { kind: 'protocol', reason: 'unimplemented', message };
  return { kind: 'httpStatus', reason: reasonOf(code, words), message };
}

function reasonOf(code: string, words: string): string {
  if (code === 'RESOURCE_EXHAUSTED') return 'throttled';
  if (/max_length/.test(words)) return 'promptTooLong';
  if (/Extra inputs|validation error/.test(words)) return 'badOption';
  return 'serverError';
}

/** The whole input, and where to read on: neither is the cause. */
const pydanticTail = / \[type=[\s\S]*$/;
/** Put before every error of a handler in Python, the second where it streams. */
const applicationError = /Exception (?:calling application|iterating responses): /;

/** The load balancer sends the error of its replica as it prints: the first cause stands in the innermost `details`. */
function innermostWords(words: string): string {
  const details = [...words.matchAll(/details = "([\s\S]*?)"\n\tdebug_error_string/g)].at(-1)?.[1] ?? words;
  return (details.split(applicationError).at(-1) ?? details).replace(pydanticTail, '').replace(/\s+/g, ' ').trim();
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not encoded, though it should be
  }
}
