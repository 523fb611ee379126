import { maskUserInfo } from '../core/maskUserInfo.ts';
import type { Failure } from './client.ts';
import { retryAfterMs } from './retryAfter.ts';

/** Requests are never sent on: a key goes to the address that was given, and a detour is no measurement. */
const redirects = new Set([301, 302, 303, 307, 308]);

/** By these a server turns away for the time being; 529 is Anthropic's. */
const throttlingStatuses = new Set([429, 503, 529]);

/** Whether a status, or the code that a server gives in its place within an answer, says that there is no room now. */
export function isThrottling(status: unknown): boolean {
  return throttlingStatuses.has(Number(status));
}

/**
 * What an answer with a status of 300 and more means.
 * @param headers name, value, name, value, ..., names in lower case
 */
export function httpFailure(status: number, headers: readonly string[], body: string): Failure {
  const failure = redirects.has(status) ? redirectFailure(status, headers) : statusFailure(status, body);
  const waitMs = retryAfterMs(headers);
  return waitMs === undefined ? failure : { ...failure, retryAfterMs: waitMs };
}

function statusFailure(httpStatus: number, body: string): Failure {
  const reason = isThrottling(httpStatus) ? 'throttled' : 'status';
  return { kind: 'httpStatus', reason, message: serverWords(body), httpStatus };
}

function redirectFailure(httpStatus: number, headers: readonly string[]): Failure {
  const at = headers.findIndex((part, index) => index % 2 === 0 && part === 'location');
  const location = at === -1 ? undefined : headers[at + 1];
  const message = location ? `it redirects to ${maskUserInfo(location)}` : 'it redirects, and does not say where to';
  return { kind: 'httpStatus', reason: 'redirect', message, httpStatus };
}

/** The fields of a head as name, value, name, value, ...; names in lower case. @param head its lines, CRLF between them */
export function headersOf(head: string): readonly string[] {
  const lines = head.split('\r\n').slice(1);
  return lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
}

/** What a server says of an error, out of the JSON forms that servers use, else its first line. */
export function serverWords(body: string): string {
  try {
    const parsed = JSON.parse(body) as { error?: { message?: unknown } | string; message?: unknown; detail?: unknown };
    const words =
      typeof parsed.error === 'object' ? parsed.error.message : (parsed.error ?? parsed.message ?? parsed.detail);
    if (typeof words === 'string') return words.slice(0, 300);
  } catch {
    // not JSON: the text itself speaks
  }
  return (body.trim().split('\n')[0] ?? '').slice(0, 300);
}
