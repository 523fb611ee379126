import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { eventsOf } from '../../src/events/eventLog.ts';
import type { Recorded } from '../../src/events/events.ts';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import { openLmdbLog } from '../../src/sinks/lmdbLog.ts';
import { createHeardTerminal } from '../commands/heardTerminal.ts';

/** The built command, as a user starts it; `npm test` builds it before. */
export const mainModule = fileURLToPath(new URL('../../dist/commands/main.js', import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that goes on. */
export interface RunningCommand {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

/** A folder of the test's own, gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A quick server and short requests: what a test does not care about. */
export const quick = [
  ...['--num_requests_per_client', '4', '--min_requests', '8', '--prompt_length', '24', '--max_new_tokens', '6'],
  ...['--prompt_generator_seed', '1', '--step_base_ms', '2', '--tokenizer', 'o200k_base', '--quiet'],
] as const;

/** No server, and answers at once. */
export const atOnce = ['--api', 'dummy', '--model', 'any', '--dummy_client_latency_time', '0'] as const;

export interface CommandPlace {
  readonly resultDir: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Words before `node`, such as a shell that sets a limit. */
  readonly through?: readonly string[];
  /** The folder it is started in. */
  readonly cwd?: string;
  /** Another installation of the command. */
  readonly main?: string;
}

/** Starts `deepspeedometer`, its results below `resultDir`. */
export function startCommand(
  args: readonly string[],
  { resultDir, env = {}, through = [], cwd, main = mainModule }: CommandPlace,
): RunningCommand {
  const words = [...through, process.execPath, main, ...args, '--result_dir', resultDir];
  const [program = process.execPath, ...rest] = words;
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, cwd });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { pid: child.pid ?? -1, ended: endOf(child), kill: (signal) => void child.kill(signal) };
}

/** Runs `deepspeedometer` to its end. */
export function runCommand(args: readonly string[], place: CommandPlace): Promise<Ended> {
  return startCommand(args, place).ended;
}

/** A module of the built command. */
export const built = <Module>(path: string): Promise<Module> =>
  import(new URL(`../../dist/${path}`, import.meta.url).href) as Promise<Module>;

/**
 * Runs the built command to its end within the test's own process; workers and the embedded server are processes as ever.
 * For facts that are not about the process of the command: it takes half of the time.
 */
export async function runInside(
  args: readonly string[],
  { resultDir, env = {} }: Pick<CommandPlace, 'resultDir' | 'env'>,
): Promise<Omit<Ended, 'signal'>> {
  const { runCommandLine } = await built<typeof import('../../src/commands/commandLine.ts')>('commands/commandLine.js');
  const { verbs } = await built<typeof import('../../src/commands/verbs.ts')>('commands/verbs.js');
  const { terminal, heard } = createHeardTerminal();
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  try {
    const code = await runCommandLine([...args, '--result_dir', resultDir], verbs, terminal);
    return { code, ...heard() };
  } finally {
    vi.unstubAllEnvs();
  }
}

/** Everything that a process writes, and how it ends. */
export function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (piece) => {
    stdout += String(piece);
  });
  child.stderr?.on('data', (piece) => {
    stderr += String(piece);
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Waits until `condition` gives something, looking often. */
export function until<T>(condition: () => T | undefined, limitMs = 60_000): Promise<NonNullable<T>> {
  const attempt = (): NonNullable<T> => {
    const found = condition();
    if (found === undefined || found === null || found === false) throw new Error('not yet');
    return found as NonNullable<T>;
  };
  return vi.waitFor(attempt, { timeout: limitMs, interval: 10 });
}

/** Files below a folder that hold a text, the log among them. */
export function filesWith(folder: string, text: string): readonly string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  return paths.filter((path) => statSync(path).isFile() && readFileSync(path).includes(text));
}

/** Folders of the runs below a result folder, oldest first. */
export function runFolders(resultDir: string): readonly string[] {
  try {
    const names = readdirSync(join(resultDir, 'runs')).toSorted();
    return names.map((name) => join(resultDir, 'runs', name));
  } catch {
    return [];
  }
}

/** The only run below a result folder, or the one that began last. */
export function lastRun(resultDir: string): string {
  const folder = runFolders(resultDir).at(-1);
  if (folder === undefined) throw new Error(`no run in ${resultDir}`);
  return folder;
}

export function summaryOf(runFolder: string): RunSummary {
  return JSON.parse(readFileSync(join(runFolder, 'summary.json'), 'utf8')) as RunSummary;
}

/** All events of a run's log, as a cold process reads them. */
export async function loggedEvents(runFolder: string): Promise<readonly Recorded[]> {
  const log = openLmdbLog(join(runFolder, 'log.mdb'));
  try {
    return [...eventsOf(log)];
  } finally {
    await log.close();
  }
}

/** Process ids of all descendants of a process, as the system knows them now. */
export function descendantsOf(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== undefined) parents.set(Number(name), parent);
  }
  const found = new Set([pid]);
  let grew = true;
  while (grew) {
    grew = false;
    for (const [child, parent] of parents) {
      if (!found.has(parent) || found.has(child)) continue;
      found.add(child);
      grew = true;
    }
  }
  found.delete(pid);
  return [...found];
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    return undefined; // it has just ended
  }
}

/** Whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  return parentOf(pid) !== undefined;
}

/** What a process was started with. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
