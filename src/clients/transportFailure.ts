import { messageOf } from '../core/errors.ts';
import type { Failure } from './client.ts';

const reasonsByCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'unknownHost',
  EAI_AGAIN: 'unknownHost',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_CONNECT_TIMEOUT: 'connectTimeout',
  ETIMEDOUT: 'connectTimeout',
  EMFILE: 'tooManyFiles',
  EADDRNOTAVAIL: 'noLocalPort',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'truncated',
  ERR_SSL_WRONG_VERSION_NUMBER: 'noTls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'noTls',
  ERR_HTTP2_STREAM_ERROR: 'reset',
  ERR_HTTP2_SESSION_ERROR: 'reset',
};

/** What an error of a socket, or of the protocol right above it, means. @param sent whether the request was sent already */
export function transportFailure(error: Error & { code?: string }, sent: boolean): Failure {
  const code =
    error.code ?? (error instanceof AggregateError ? (error.errors[0] as { code?: string }).code : undefined);
  const message = messageOf(error instanceof AggregateError && error.message === '' ? error.errors[0] : error);
  if (error.name === 'HTTPParserError' || code === 'ERR_HTTP2_ERROR') {
    // A connection that was to close after its answer, and closed within it: the parser gives no code, only words.
    if (message.includes('Invalid EOF state')) return { kind: 'stream', reason: 'truncated', message };
    return { kind: 'protocol', reason: 'badHttp', message };
  }
  const reason = (code !== undefined ? reasonsByCode[code] : undefined) ?? 'transport';
  // OpenSSL's words are places in its sources.
  if (reason === 'noTls') return { kind: 'connect', reason, message: 'the server does not speak TLS' };
  return { kind: sent ? 'stream' : 'connect', reason, message };
}
