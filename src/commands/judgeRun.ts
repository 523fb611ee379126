import type { Failure } from '../clients/client.ts';
import type { RunOptions } from '../config/runOptions.ts';
import { exitCodes, messageOf, SpeedometerError } from '../core/errors.ts';
import { maskUserInfo } from '../core/maskUserInfo.ts';
import type { RunEnd, Verdict } from './liveRun.ts';

/** What a run comes to: 0 where it did what was asked, whatever the server's failures, which are figures. */
export function judgeRun({ output, summary, criteriaMet }: RunEnd, signalCode: number, options: RunOptions): Verdict {
  if (output.error !== undefined) {
    const exitCode = output.error instanceof SpeedometerError ? output.error.exitCode : exitCodes.bug;
    return { exitCode, reason: messageOf(output.error) };
  }
  if (output.refusal !== undefined) {
    return { exitCode: exitCodes.serverUnreachable, reason: describeRefusal(output.refusal, options).message };
  }
  if (output.type === 'interrupted') return { exitCode: signalCode, reason: 'interrupted' };
  const measured = summary.levels.filter(({ status }) => status !== 'skipped');
  if (measured.length > 0 && measured.every(({ requests }) => requests.completed === 0)) {
    return { exitCode: exitCodes.serverUnreachable, reason: 'no request was completed' };
  }
  if (criteriaMet.has('max_error_ratio')) {
    return {
      exitCode: exitCodes.objectiveMissed,
      reason: 'too many requests failed, or came back empty (--max_error_ratio)',
    };
  }
  if (summary.levels.some(({ status }) => status === 'degraded')) {
    return { exitCode: exitCodes.generatorLost, reason: 'a part of the load generator was lost on the way' };
  }
  return { exitCode: exitCodes.done };
}

/** Words for a server that would not have us: where, what it said, and the way out. */
export function describeRefusal(failure: Failure, options: RunOptions): SpeedometerError {
  const where = options.url === undefined ? 'the embedded server' : maskUserInfo(options.url);
  const said =
    failure.message === undefined || failure.message === '' ? '' : `: ${failure.message.replace(/\.+$/, '')}`;
  if (failure.kind === 'connect') {
    return new SpeedometerError(
      'serverUnreachable',
      `cannot reach ${where} (${connectWords[failure.reason] ?? failure.reason})`,
      {
        hint: 'Is the server running, and is --url right?',
      },
    );
  }
  if (failure.kind === 'httpStatus') {
    const status = failure.httpStatus === undefined ? 'with an error' : `HTTP ${failure.httpStatus}`;
    return new SpeedometerError('serverUnreachable', `${where} answers ${status}${said}`, {
      hint:
        wordHints.find(([words]) => words.test(said))?.[1] ??
        statusHints[failure.httpStatus ?? 0] ??
        'Every request failed, so that nothing was measured.',
    });
  }
  if (failure.kind === 'timeout') {
    return new SpeedometerError('serverUnreachable', `${where} did not answer in time${said}`, {
      hint: 'Is it still loading? --request_timeout and --no_progress_timeout set the limits.',
    });
  }
  return new SpeedometerError('serverUnreachable', `${where} does not answer as expected (${failure.reason})${said}`, {
    hint: 'Every request failed, so that nothing was measured. Is --url an OpenAI-compatible server?',
  });
}

const connectWords: Readonly<Record<string, string>> = {
  refused: 'connection refused',
  unknownHost: 'unknown host',
  connectTimeout: 'no connection in time',
  reset: 'connection reset',
};

/** What the server's own words show of the way out, the first that fits. */
const wordHints: readonly (readonly [RegExp, string])[] = [
  [/max_completion_tokens/, 'It wants the other name for the length: --max_tokens_field max_completion_tokens.'],
  [/ignore_eos|min_tokens/, 'It does not know how to give exact lengths: --ignore_eos false does not ask for them.'],
  [
    /context|too long|length|max_model_len/i,
    'Shorter prompts or answers may fit: --prompt_length, --max_prompt_length, --max_new_tokens.',
  ],
];

const statusHints: Readonly<Record<number, string>> = {
  400: 'If it does not know a field that we send: --ignore_eos false leaves out what is no part of the OpenAI API.',
  401: 'It wants a key: set OPENAI_API_KEY, or name another variable with --api_key_env.',
  403: 'The key has no right to this: see OPENAI_API_KEY and --api_key_env.',
  404: 'Are the path in --url and the name in --model right?',
};
