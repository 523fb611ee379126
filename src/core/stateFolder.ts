import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a user's notes of ours are kept that outlive a run, by the XDG base directory specification. */
export function stateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_STATE_HOME } = environment; // unset or empty means the default
  return join(XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'deepspeedometer');
}
