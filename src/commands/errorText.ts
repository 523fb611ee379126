import { exitCodes, messageOf, SpeedometerError } from '../core/errors.ts';
import { plainText } from '../reports/plainText.ts';

/** How an error is shown. */
export interface ErrorStyle {
  /** Whether a person looks at it, on a terminal that has colours. */
  readonly color: boolean;
  /** Print stacks. */
  readonly debug: boolean;
}

/** The exit code that an error stands for. */
export function exitCodeOf(thrown: unknown): number {
  return thrown instanceof SpeedometerError ? thrown.exitCode : exitCodes.bug;
}

/**
 * What people read of an error: each line of the message, the way out, the exit code. What is no `SpeedometerError`, or
 * says so itself, is a bug: its stack is printed and a report asked for.
 */
export function renderError(thrown: unknown, { color, debug }: ErrorStyle): string {
  const exitCode = exitCodeOf(thrown);
  const isBug = !(thrown instanceof SpeedometerError) || thrown.code === 'bug';
  const label = color ? '\u001b[31merror\u001b[39m' : 'error';
  const indent = ' '.repeat('error  '.length);
  const hint = isBug
    ? 'This is a bug of deepspeedometer. Please report it with the lines above and the log of the run.'
    : thrown instanceof SpeedometerError && thrown.hint;
  const lines = messageOf(thrown)
    .split('\n')
    .map((line) => `${label}  ${plainText(line)}`); // words of servers and files are among them
  if (isBug || debug) lines.push(...stackOf(thrown).map((line) => indent + line));
  if (hint) lines.push(...hint.split('\n').map((line) => indent + line));
  lines.push(`${lines.pop() ?? ''}  (exit ${exitCode})`);
  return lines.join('\n');
}

function stackOf(thrown: unknown): readonly string[] {
  if (!(thrown instanceof Error)) return [];
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const own = frames.map((line) => line.trim());
  return thrown.cause === undefined ? own : [...own, `caused by ${messageOf(thrown.cause)}`, ...stackOf(thrown.cause)];
}
