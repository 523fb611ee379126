import { messageOf } from '../core/errors.ts';
import type { Failure } from './client.ts';
import { isThrottling } from './httpFailure.ts';

/** What any answer, or any event of one, may be instead of what was asked for. */
interface ErrorEnvelope {
  readonly error?: unknown;
  readonly object?: string;
  readonly message?: unknown;
  /** Beside `"object": "error"`: the status that the answer should have had. */
  readonly code?: unknown;
  /** Beside an error that is a text. */
  readonly error_type?: unknown;
}

/**
 * Reads the JSON of an answer or of an event. An error that a server sends with status 200 is a failure, in each of the
 * forms that servers use: `error` as an object or a text, `"object": "error"`.
 */
export function parseEnvelope<Body extends object>(text: string): Body | { readonly failure: Failure } {
  let envelope: Body & ErrorEnvelope;
  try {
    envelope = JSON.parse(text) as Body & ErrorEnvelope;
  } catch (thrown) {
    return { failure: { kind: 'protocol', reason: 'notJson', message: messageOf(thrown) } };
  }
  if (typeof envelope !== 'object' || envelope === null) {
    return { failure: { kind: 'protocol', reason: 'notJson', message: 'expected a JSON object' } };
  }
  if (envelope.error != null || envelope.object === 'error') {
    const reason = isOverload(envelope) ? 'throttled' : 'errorEvent';
    return { failure: { kind: 'stream', reason, message: errorWords(envelope) } };
  }
  return envelope;
}

/** By the types that TGI and Anthropic give to it, or by the status that a stream had no more place for. */
function isOverload({ error, error_type, code }: ErrorEnvelope): boolean {
  const told = (error ?? {}) as {
    readonly type?: unknown;
    readonly code?: unknown;
    readonly http_status_code?: unknown;
  };
  const type = error_type ?? told.type;
  if (type === 'overloaded' || type === 'overloaded_error' || type === 'rate_limit_error') return true;
  return [told.code, told.http_status_code, code].some(isThrottling);
}

function errorWords({ error, message: besides }: ErrorEnvelope): string {
  if (typeof error === 'string') return error;
  const message = (error as { message?: unknown } | undefined)?.message ?? besides;
  return typeof message === 'string' ? message : JSON.stringify(error);
}
