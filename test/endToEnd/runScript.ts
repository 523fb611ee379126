import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { type Ended, endOf } from './command.ts';

/** Runs node in a folder, to its end: a script with its arguments, or flags before. */
export function runScript(path: string, cwd: string, ...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [path, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return endOf(child);
}
