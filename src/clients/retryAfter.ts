import { wallClock } from '../core/clock.ts';

/**
 * How long an answer asks to wait before the next try, in ms: by `retry-after-ms`, else by `Retry-After`, which has whole
 * seconds or an HTTP date (RFC 9110, section 10.2.3).
 *
 * @param headers name, value, name, value, ... names in lower case
 * @returns undefined where it says nothing that can be understood
 */
export function retryAfterMs(headers: readonly string[]): number | undefined {
  const milliseconds = headerOf(headers, 'retry-after-ms') ?? '';
  if (isNumber(milliseconds)) return Number(milliseconds);
  const words = headerOf(headers, 'retry-after') ?? '';
  if (isNumber(words)) return Number(words) * 1000;
  const dueAt = Date.parse(words);
  return Number.isNaN(dueAt) ? undefined : Math.max(0, dueAt - wallClock().getTime());
}

/** The first value of a header. @param headers name, value, name, value, ... names in lower case */
export function headerOf(headers: readonly string[], name: string): string | undefined {
  const at = headers.findIndex((part, index) => index % 2 === 0 && part === name);
  return at < 0 ? undefined : headers[at + 1];
}

function isNumber(words: string): boolean {
  return /^\s*\d+(\.\d+)?\s*$/.test(words);
}
