import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';

/**
 * Starts a part of the tool as a process of its own, in a group of its own, since Ctrl-C is for the main process to handle.
 * Its errors go where ours go, but never to the terminal itself: Node puts a terminal back, at its end, into the mode in
 * which it found it, and a part that outlives a crash of ours would put it back into the mode of the live view.
 *
 * @param entry the module that it runs
 */
export function forkPart(entry: string | URL, options: Pick<ForkOptions, 'serialization'> = {}): ChildProcess {
  const { isTTY } = process.stderr;
  const part = fork(entry, {
    ...options,
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', isTTY ? 'pipe' : 'inherit', 'ipc'],
  });
  part.stderr?.on('data', (words: Buffer) => process.stderr.write(words));
  return part;
}
