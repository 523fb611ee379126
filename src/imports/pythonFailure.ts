import type { FailureKind } from '../events/events.ts';
import type { ImportedFailure } from './importedRun.ts';

const kinds: readonly (readonly [RegExp, FailureKind, string])[] = [
  [/ClientConnector|ConnectError|Connection ?Refused|Cannot connect|connection attempts failed/i, 'connect', 'refused'],
  [/Timeout/i, 'timeout', 'total'],
  [
    /ClientPayload|ServerDisconnected|ConnectionReset|TransferEncoding|RemoteProtocol|ReadError/i,
    'stream',
    'truncated',
  ],
];

/**
 * Names a failure by the words that tools in Python keep of it: the name of an exception of aiohttp or httpx, a
 * traceback, or the reason phrase of an HTTP answer.
 *
 * @param error as the file has it; the last line of it is kept as the message
 */
export function pythonFailure(error: string): ImportedFailure {
  const message = error.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  const known = kinds.find(([words]) => words.test(error));
  if (known !== undefined) return { kind: known[1], reason: known[2], message };
  return error.includes('Traceback')
    ? { kind: 'protocol', reason: 'other', message }
    : { kind: 'httpStatus', reason: 'status', message };
}
