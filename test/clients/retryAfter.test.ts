import { expect, test } from 'vitest';
import { retryAfterMs } from '../../src/clients/retryAfter.ts';
import { wallClock } from '../../src/core/clock.ts';

test.each<[readonly string[], number | undefined]>([
  [['retry-after', '3'], 3000],
  [['retry-after', '0'], 0],
  [['retry-after-ms', '1500', 'retry-after', '9'], 1500],
  [['retry-after', '9', 'retry-after-ms', 'soon'], 9000],
  [['retry-after', '99999999999'], 99_999_999_999_000],
  [['retry-after', 'Thu, 01 Jan 1970 00:00:00 GMT'], 0],
  [['retry-after', '-1x'], undefined],
  [['x-name', 'retry-after', 'x', '5'], undefined], // a value that is the name of the header
  [[], undefined],
])('%j asks for %s ms', (headers, waitMs) => {
  expect(retryAfterMs(headers)).toBe(waitMs);
});

test('a date asks for the time until then', () => {
  const inAMinute = new Date(wallClock().getTime() + 60_000).toUTCString();
  const waitMs = retryAfterMs(['retry-after', inAMinute]);
  expect(waitMs).toBeGreaterThan(50_000);
  expect(waitMs).toBeLessThanOrEqual(60_000);
});
