import { fstatSync } from 'node:fs';
import { withoutSecrets } from '../core/secrets.ts';
import type { TextStyle } from '../reports/textStyle.ts';
import type { TerminalScreen } from '../sinks/terminalScreen.ts';
import type { Output } from './terminal.ts';

/** A stream as a screen; read anew for every line, since a window may be resized. @param errors where errors go */
export function createScreen(
  stream: Output,
  errors: Output,
): TerminalScreen & { readonly style: Omit<TextStyle, 'columns'> } {
  return {
    get columns() {
      return stream.columns ?? askedColumns(process.env) ?? 100;
    },
    get rows() {
      return stream.rows ?? 24;
    },
    isTerminal: stream.isTTY === true,
    isLive: stream.isTTY === true && process.env['TERM'] !== 'dumb',
    showsErrors: stream === errors || isSameFile(stream.fd, errors.fd),
    style: {
      color: stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '',
      unicode: showsUnicode(process.env),
    },
    write: (text) => void stream.write(withoutSecrets(text)),
  };
}

/** As on a terminal, or after `2>&1`. */
function isSameFile(one: number | undefined, other: number | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  try {
    const [{ dev, ino }, theirs] = [fstatSync(one), fstatSync(other)];
    return dev === theirs.dev && ino === theirs.ino;
  } catch {
    return false; // one of them is closed
  }
}

/** The width that `COLUMNS` asks for, where no terminal tells its own. */
export function askedColumns({ COLUMNS = '' }: NodeJS.ProcessEnv): number | undefined {
  return /^\d{1,4}$/.test(COLUMNS) && Number(COLUMNS) > 0 ? Number(COLUMNS) : undefined;
}

/** Everything does today, but what says that it does not. */
function showsUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'UTF-8';
  return /utf-?8/i.test(locale) && env['TERM'] !== 'linux' && env['TERM'] !== 'dumb';
}
