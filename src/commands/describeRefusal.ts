import type { Adapter } from '../clients/adapter.ts';
import type { Failure } from '../clients/client.ts';
import { clientFailure } from '../clients/clientModule.ts';
import type { RunOptions } from '../config/runOptions.ts';
import { SpeedometerError } from '../core/errors.ts';
import { maskUserInfo } from '../core/maskUserInfo.ts';

/** Who would not have us, and by which client we asked. */
export interface AskedServer {
  readonly options: Pick<RunOptions, 'api' | 'url'>;
  readonly adapter: Pick<Adapter, 'abilities' | 'statusHints'>;
}

/** Words for a server that would not have us: where, what it said, and the way out. */
export function describeRefusal(failure: Failure, { options, adapter }: AskedServer): SpeedometerError {
  const { api, url } = options;
  const where = url === undefined ? (api === 'simulator' ? 'the embedded server' : 'the server') : maskUserInfo(url);
  const { kind, reason, message = '', httpStatus } = failure;
  const said = message === '' ? '' : `: ${message.replace(/\.+$/, '')}`;
  const refuse = (words: string, hint: string) => new SpeedometerError('serverUnreachable', words + said, { hint });
  if (reason === 'clientThrew') return clientFailure(api, message);
  if (kind === 'connect') {
    const hint = connectHints[reason] ?? `Is the server running${url === undefined ? '' : ', and is --url right'}?`;
    return refuse(`cannot reach ${where} (${connectWords[reason] ?? reason})`, hint);
  }
  if (kind === 'httpStatus') {
    const status = httpStatus === undefined ? 'with an error' : `HTTP ${httpStatus}`;
    return refuse(`${where} answers ${status}`, hintOf(failure, adapter));
  }
  if (reason === 'notSent') {
    const hint = 'It made no connection in time, or it marks nothing: wire.sent(), then wire.ended() or wire.failed().';
    return refuse(`the client ${api} did not send its request to ${where}`, hint);
  }
  if (kind === 'timeout') {
    const hint = 'Is it still loading? --request_timeout and --no_progress_timeout set the limits.';
    return refuse(`${where} did not answer in time`, hint);
  }
  const { protocol } = adapter.abilities;
  const hint = `Every request failed, so that nothing was measured. What --api ${api} speaks: ${protocol}.`;
  return refuse(`${where} does not answer as expected (${reason})`, hint);
}

const connectWords: Readonly<Record<string, string>> = {
  refused: 'connection refused',
  unknownHost: 'unknown host',
  connectTimeout: 'no connection in time',
  reset: 'connection reset',
  transport: 'no connection',
  noTls: 'no TLS',
  noKey: 'no key',
};

const connectHints: Readonly<Record<string, string>> = {
  noTls: 'Does it speak plain HTTP? Then --url begins with http://.',
  noKey: 'The command that gives the key failed, and nothing was sent.',
};

function hintOf({ reason, message = '', httpStatus = 0 }: Failure, { statusHints }: AskedServer['adapter']): string {
  if (reason === 'redirect') return 'Give that address as --url: requests are not sent on, and neither is a key.';
  return (
    wordHints.find(([words]) => words.test(message))?.[1] ??
    statusHints?.[httpStatus] ??
    usualHints[httpStatus] ??
    'Every request failed, so that nothing was measured.'
  );
}

/** What the server's own words show of the way out, the first that fits. */
const wordHints: readonly (readonly [RegExp, string])[] = [
  [/max_completion_tokens/, 'It wants the other name for the length: --max_tokens_field max_completion_tokens.'],
  [/ignore_eos|min_tokens/, 'It does not know how to give exact lengths: --ignore_eos false does not ask for them.'],
  [
    /context|too long|length|max_model_len/i,
    'Shorter prompts or answers may fit: --prompt_length, --max_prompt_length, --max_new_tokens.',
  ],
];

/** Where the client has none of its own. */
const usualHints: Readonly<Record<number, string>> = {
  401: 'It wants a key: --help shows whether the client takes one.',
  403: 'What was sent has no right to this.',
  404: 'Are the path in --url and the name in --model right?',
};
