/** A key or token, and when to get the next one. Times are those of the wall clock, in ms. */
export interface AccessKey {
  readonly key: string;
  readonly refreshAtMs?: number;
  readonly expiresAtMs?: number;
}

const keyMembers = ['accessToken', 'access_token', 'primaryKey', 'primary_key', 'token'];
const expiryMembers = ['expiryTimeUtc', 'expiry_time_utc', 'expires_on'];
const refreshMembers = ['refreshAfterTimeUtc', 'refresh_after_time_utc'];

const longestLeadMs = 5 * 60_000;
const leadRatio = 1 / 5;

/**
 * Reads what a command printed: the key itself, or JSON as `az account get-access-token` and `az ml online-endpoint
 * get-credentials` print it. A JSON web token says itself when it expires (RFC 7519, section 4.1.4).
 *
 * @param nowMs the wall clock
 * @returns undefined where there is no key in it
 */
export function parseAccessKey(printed: string, nowMs: number): AccessKey | undefined {
  const text = printed.trim();
  const told = objectOf(text);
  const key = told === undefined ? text : keyMembers.map((name) => told[name]).find(isText);
  if (key === undefined || key === '') return undefined;
  const expiresAtMs = timeOf(told, expiryMembers) ?? expiryOf(key);
  const refreshAtMs = timeOf(told, refreshMembers) ?? beforeExpiry(expiresAtMs, nowMs);
  return {
    key,
    ...(refreshAtMs === undefined ? {} : { refreshAtMs }),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
}

/** Five minutes before it expires; of a token that lives shortly, when a fifth of that is left. */
function beforeExpiry(expiresAtMs: number | undefined, nowMs: number): number | undefined {
  return expiresAtMs === undefined
    ? undefined
    : expiresAtMs - Math.min(longestLeadMs, Math.max(0, (expiresAtMs - nowMs) * leadRatio));
}

/** Numbers are seconds since 1970, and 0 stands for never. */
function timeOf(told: Readonly<Record<string, unknown>> | undefined, members: readonly string[]): number | undefined {
  const value = members.map((name) => told?.[name]).find((time) => time !== undefined && time !== null);
  const seconds = Number(value);
  if (value === undefined || seconds === 0) return undefined;
  const timeMs = Number.isNaN(seconds) ? Date.parse(String(value)) : seconds * 1000;
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

function expiryOf(token: string): number | undefined {
  const [, claims, signature] = token.split('.');
  if (claims === undefined || signature === undefined) return undefined;
  return timeOf(objectOf(Buffer.from(claims, 'base64url').toString('utf8')), ['exp']);
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
