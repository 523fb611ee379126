import { spawn, spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { mainModule } from './command.ts';

/** Whether there is `script`, which gives a command a terminal of its own. */
export const hasPseudoTerminal = spawnSync('script', ['--version']).status === 0;

/** A command that runs in a terminal. */
export interface TerminalCommand {
  /** All that it wrote so far. */
  output(): string;
  type(keys: string): void;
  /** Of `script` itself. */
  readonly pid: number;
  readonly ended: Promise<{ readonly output: string }>;
}

/**
 * Starts the command in a terminal of 80 columns and 24 lines. After it its exit code is written, as `code=N`, and whether
 * the terminal's settings are those of before, as `same=yes`.
 */
export function startInTerminal(args: readonly string[], resultDir: string): TerminalCommand {
  const words = [process.execPath, mainModule, ...args, '--result_dir', resultDir].map((word) => `'${word}'`).join(' ');
  const commands = [
    'stty rows 24 cols 80',
    'before=$(stty -g)',
    words,
    'code=$?',
    'test "$before" = "$(stty -g)" && same=yes || same=no',
    'echo "code=$code same=$same"',
  ];
  const env = { ...process.env, TERM: 'xterm-256color', CI: '', NO_COLOR: '' };
  const child = spawn('script', ['-qfec', commands.join('; '), '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (piece) => {
    output += String(piece);
  });
  return {
    output: () => output,
    pid: child.pid ?? -1,
    type: (keys) => void child.stdin.write(keys),
    ended: new Promise((resolve) => child.once('close', () => resolve({ output }))),
  };
}
