import { withoutSecrets } from './secrets.ts';

/** Why a command ended, as its exit code. 129, 130 and 143 stand for SIGHUP, SIGINT and SIGTERM. */
export const exitCodes = {
  done: 0,
  bug: 1,
  /** A worker of ours was lost: figures are there, but not those that were asked for. */
  generatorLost: 1,
  usage: 2,
  objectiveMissed: 3,
  serverUnreachable: 4,
  logUnwritable: 5,
} as const;

/** What can stop a run. A failed request is not an error: it is measured. */
export type ErrorCode = 'bug' | 'generatorLost' | 'usage' | 'objectiveMissed' | 'serverUnreachable' | 'logUnwritable';

/**
 * The one error that people see: what happened, where, and the way out. The command line prints it without a stack.
 *
 * @example
 * throw new SpeedometerError('usage', '--num_client: unknown option', { hint: 'Did you mean --num_clients?' });
 */
export class SpeedometerError extends Error {
  readonly code: ErrorCode;
  /** The way out: what to type or to look at next. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, more: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(withoutSecrets(message), more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'SpeedometerError';
    this.code = code;
    this.hint = more.hint === undefined ? undefined : withoutSecrets(more.hint);
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}

/** The words of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
