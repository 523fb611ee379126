import type { ReadStream } from 'node:tty';
import type { LiveTerminal } from '../terminal/liveTerminal.ts';
import type { Output } from './terminal.ts';

/** A terminal that a live view has taken. */
export interface TerminalGuard {
  /** Gives it back. Safe more than once. */
  release(): void;
}

const interruptKey = '\u0003';

/**
 * Ties a live view to the process: keys, another size, and every way out. Whatever ends the process, short of SIGKILL, the
 * terminal is given back first, so that what is said after can be read.
 *
 * @param afterwards what to do once the terminal is there again
 */
export function guardTerminal(live: LiveTerminal, output: Output, afterwards: () => void): TerminalGuard {
  const { stdin } = process;
  const resized = (): void => live.redraw();
  const ignoreKeys = stdin.isTTY ? listenToKeys(stdin, (key) => live.press(key)) : () => {};
  let isReleased = false;

  function release(): void {
    if (isReleased) return;
    isReleased = true;
    output.off('resize', resized);
    process.off('exit', release);
    process.off('uncaughtExceptionMonitor', release);
    ignoreKeys();
    live.close();
    afterwards();
  }

  output.on('resize', resized);
  process.on('exit', release);
  process.on('uncaughtExceptionMonitor', release);
  return { release };
}

function listenToKeys(input: ReadStream, press: (key: string) => void): () => void {
  const heard = (typed: Buffer): void => {
    const text = typed.toString('utf8');
    if (text.startsWith('\u001b')) return; // an arrow, or another key that stands for nothing here
    for (const key of text) {
      // Without line editing the terminal does not make a signal of it.
      if (key === interruptKey) process.kill(process.pid, 'SIGINT');
      else press(key);
    }
  };
  input.setRawMode(true);
  input.on('data', heard);
  return () => {
    input.off('data', heard);
    input.setRawMode(false);
    input.pause();
  };
}
