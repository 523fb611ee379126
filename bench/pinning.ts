import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { NullAnswer } from '../src/calibration/nullServerMessages.ts';
import { type NullServer, startNullServer } from '../src/calibration/startNullServer.ts';

const cores = availableParallelism();

/** Whether processes can be pinned here: `taskset` is there, and two cores are. */
export const pinned = cores > 1 && spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;

/** A command of a client: on core 0 with all its processes, or on every core but the server's. */
export function clientCommand(command: readonly string[], cores: 'one' | 'all' = 'one'): readonly string[] {
  if (!pinned) return command;
  return ['taskset', '-c', cores === 'one' ? '0' : allButServers(), ...command];
}

function allButServers(): string {
  return cores > 2 ? `0,2-${cores - 1}` : '0';
}

const entry = fileURLToPath(new URL('../dist/calibration/nullServerEntry.js', import.meta.url));

/** Starts a null server that has core 1 for itself. */
export function startPinnedServer(answer: NullAnswer): Promise<NullServer> {
  return startNullServer(answer, {
    entry,
    place: (command) => (pinned ? ['taskset', '-c', '1', ...command] : command),
  });
}
