import { expect, test } from 'vitest';
import { parseAccessKey } from '../../src/clients/accessKey.ts';

const nowMs = Date.UTC(2026, 0, 1);
const inAnHour = nowMs + 3_600_000;
const claims = Buffer.from(JSON.stringify({ exp: inAnHour / 1000 })).toString('base64url');

test.each([
  ['a plain key', 'abc\n', { key: 'abc' }],
  ['keys of an endpoint', '{"primaryKey":"one","secondaryKey":"two"}', { key: 'one' }],
  [
    'a token of an endpoint',
    JSON.stringify({
      accessToken: 't',
      expiryTimeUtc: inAnHour / 1000,
      refreshAfterTimeUtc: inAnHour / 1000 - 600,
    }),
    { key: 't', refreshAtMs: inAnHour - 600_000, expiresAtMs: inAnHour },
  ],
  [
    'a time in words',
    JSON.stringify({ accessToken: 't', expiryTimeUtc: '2026-01-01T01:00:00Z' }),
    { key: 't', refreshAtMs: inAnHour - 300_000, expiresAtMs: inAnHour },
  ],
  [
    'a token of a login',
    JSON.stringify({ accessToken: 't', expiresOn: '2026-01-01 09:00:00.000000', expires_on: inAnHour / 1000 }),
    { key: 't', refreshAtMs: inAnHour - 300_000, expiresAtMs: inAnHour },
  ],
  ['a key that never expires', '{"accessToken":"t","expiryTimeUtc":0}', { key: 't' }],
  [
    'a JSON web token',
    `head.${claims}.signature`,
    { key: `head.${claims}.signature`, refreshAtMs: inAnHour - 300_000, expiresAtMs: inAnHour },
  ],
  [
    'a token that lives for ten seconds',
    JSON.stringify({ token: 't', expires_on: nowMs / 1000 + 10 }),
    { key: 't', refreshAtMs: nowMs + 8000, expiresAtMs: nowMs + 10_000 },
  ],
  ['nothing', ' \n', undefined],
  ['JSON without a key', '{"tokenType":"Bearer"}', undefined],
])('%s is read', (_, printed, key) => {
  expect(parseAccessKey(printed, nowMs)).toEqual(key);
});
