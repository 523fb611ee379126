import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answerOf } from '../src/calibration/startNullServer.ts';
import type { BareReport, BareTask } from './bareClient.ts';
import { clientCommand } from './pinning.ts';

const toolEntry = process.env['BENCH_MAIN'] ?? fileURLToPath(new URL('../dist/commands/main.js', import.meta.url));

/** A client at work. */
export interface RunningClient<Outcome> {
  /** Of a bare client, or of the tool's main process. */
  readonly pid: number;
  /** Resolves when it has ended well. */
  readonly ended: Promise<Outcome>;
}

/** Starts undici's bare client, or one of raw sockets. */
export function startBareClient(task: BareTask, kind: 'undici' | 'net' = 'undici'): RunningClient<BareReport> {
  const entry = fileURLToPath(new URL(kind === 'net' ? './netClient.ts' : './bareClient.ts', import.meta.url));
  const words = [process.execPath, '--import', 'tsx', entry, JSON.stringify(task)];
  const [command = '', ...rest] = clientCommand(words);
  const child = spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' });
  return { pid: child.pid as number, ended: answerOf<BareReport>(child) };
}

/** What a run of the tool leaves. */
export interface ToolRun {
  readonly logPath: string;
}

/** How the command is started. */
export interface ToolStart {
  /** What it is started through, such as a terminal of its own. */
  readonly place?: (command: readonly string[]) => readonly string[];
  readonly cores?: 'one' | 'all';
}

/** Runs the command line as a user would, with results in a folder that is removed by `forget`. */
export function startTool(
  args: readonly string[],
  { place = (command) => command, cores = 'one' }: ToolStart = {},
): RunningClient<ToolRun> & { forget(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-bench-'));
  const options = ['--api', 'openai', '--model', 'bench', '--tokenizer', 'o200k_base', '--result_dir', folder];
  const [command = '', ...rest] = place(clientCommand([process.execPath, toolEntry, ...options, ...args], cores));
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

/** Starts `wrk` for so many seconds, with one thread. */
export function startWrk(args: readonly string[]): RunningClient<void> {
  const [command = '', ...rest] = clientCommand(['wrk', '-t', '1', ...args]);
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  return { pid: child.pid as number, ended: exitOf(child) };
}

function exitOf(child: ChildProcess): Promise<void> {
  let said = '';
  child.stdout?.resume();
  child.stderr?.on('data', (text) => {
    said = (said + text).slice(-4000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${child.spawnargs.slice(0, 6).join(' ')} ended with ${code}:\n${said}`));
    });
  });
}
