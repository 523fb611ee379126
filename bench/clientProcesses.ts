import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BareReport, BareTask } from './bareClient.ts';
import { answerOf } from './nullServerProcess.ts';
import { nodeCommand } from './pinning.ts';

const bareEntry = fileURLToPath(new URL('./bareClient.ts', import.meta.url));
const toolEntry = process.env['BENCH_MAIN'] ?? fileURLToPath(new URL('../dist/commands/main.js', import.meta.url));

/** A client at work. */
export interface RunningClient<Outcome> {
  /** Of the bare client, or of the tool's main process. */
  readonly pid: number;
  /** Resolves when it has ended well. */
  readonly ended: Promise<Outcome>;
}

export function startBareClient(task: BareTask): RunningClient<BareReport> {
  const [command, ...rest] = nodeCommand('client', ['--import', 'tsx', bareEntry, JSON.stringify(task)]);
  const child = spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' });
  return { pid: child.pid as number, ended: answerOf<BareReport>(child) };
}

/** What a run of the tool leaves. */
export interface ToolRun {
  readonly logPath: string;
}

/**
 * Runs the command line as a user would, with results in a folder that is removed by `forget`.
 * @param place what the command is started through, such as a terminal of its own
 */
export function startTool(
  args: readonly string[],
  place: (command: readonly string[]) => readonly [string, ...string[]] = ([program = '', ...rest]) => [
    program,
    ...rest,
  ],
): RunningClient<ToolRun> & { forget(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-bench-'));
  const options = ['--api', 'openai', '--model', 'bench', '--tokenizer', 'o200k_base', '--result_dir', folder];
  const [command, ...rest] = place(nodeCommand('client', [toolEntry, ...options, ...args]));
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  return {
    pid: child.pid as number,
    ended: exitOf(child).then(() => {
      const [run = ''] = readdirSync(join(folder, 'runs'));
      return { logPath: join(folder, 'runs', run, 'log.mdb') };
    }),
    forget: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function exitOf(child: ChildProcess): Promise<void> {
  let said = '';
  child.stdout?.resume();
  child.stderr?.on('data', (text) => {
    said = (said + text).slice(-4000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`the tool ended with ${code}:\n${said}`))));
  });
}
