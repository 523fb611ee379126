import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** On which core a process stands: the server alone on one, everything of a client on the other. */
export type Place = 'server' | 'client';

const cores: Readonly<Record<Place, string>> = { server: '1', client: '0' };

/** Whether processes can be pinned here: `taskset` is there, and two cores are. */
export const pinned = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;

/** The command that starts node with `args` in its place. */
export function nodeCommand(place: Place, args: readonly string[]): readonly [string, ...string[]] {
  const node = [process.execPath, ...args] as [string, ...string[]];
  return pinned ? ['taskset', '-c', cores[place], ...node] : node;
}
