import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { processOf } from '../../src/clients/processTable.ts';
import type { RequestCompleted } from '../../src/events/events.ts';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import { loggedEvents, until } from '../endToEnd/command.ts';

/** Scripts that install and start real servers; they are no part of this repository. */
export const serverScripts = fileURLToPath(new URL('../../../shared/servers/', import.meta.url));

const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
/** Where those scripts install. */
export const serverCache = process.env.DEEPSPEEDOMETER_SERVERS || join(caches, 'deepspeedometer-servers');

/** Whether a server of that folder is installed to its end. */
export function isInstalled(folder: string): boolean {
  return existsSync(join(serverCache, folder, '.done'));
}

/** Starts one of the scripts; it is stopped when the test is over. @returns once it says that it is ready */
export async function startScript(
  name: string,
  port: number,
  args: readonly string[] = [],
): Promise<{ readonly stop: () => Promise<void> }> {
  const child = spawn('bash', [join(serverScripts, name), ...args], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (piece) => {
    said += String(piece);
  });
  const stop = () => stopChild(child);
  onTestFinished(stop);
  await until(() => said.includes('READY') || (child.exitCode !== null && fail(`${name} ended: ${said}`)), 300_000);
  return { stop };
}

async function stopChild(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await until(() => child.pid === undefined || processOf(child.pid) === undefined);
}

function fail(message: string): never {
  throw new Error(message);
}

/** Answers of a level that were measured. */
async function completedOf(runFolder: string, level: number): Promise<readonly RequestCompleted[]> {
  return (await loggedEvents(runFolder)).filter(
    (event): event is typeof event & RequestCompleted =>
      event.type === 'request.completed' && event.level === level && !event.warmup,
  );
}

/** A sweep in which all went well: every request answered, each with the length asked for, counted by the server. */
export async function expectExactSweep(runFolder: string, { levels }: RunSummary): Promise<void> {
  for (const [level, summary] of levels.entries()) {
    const { requests, status } = summary;
    expect({ level, status, completed: requests.completed }).toEqual({
      level,
      status: 'completed',
      completed: requests.planned,
    });
    const completed = await completedOf(runFolder, level);
    expect(completed).toHaveLength(requests.planned);
    expect(new Set(completed.map(({ tokenSource }) => tokenSource))).toEqual(new Set(['usage']));
    const asked = await askedLengths(runFolder, level);
    expect(completed.map(({ request, outputTokens }) => [request, outputTokens])).toEqual(
      completed.map(({ request }) => [request, asked.get(request)]),
    );
  }
}

async function askedLengths(runFolder: string, level: number): Promise<ReadonlyMap<number, number>> {
  const asked = new Map<number, number>();
  for (const event of await loggedEvents(runFolder)) {
    if (event.type === 'request.sent' && event.level === level) asked.set(event.request, event.maxNewTokens);
  }
  return asked;
}

/** Output tokens of a level as our answers have them, warm-ups left out. */
export async function outputTokensOf(runFolder: string, level: number): Promise<number> {
  return (await completedOf(runFolder, level)).reduce((sum, { outputTokens }) => sum + outputTokens, 0);
}

/** The names of all result files below a result folder. */
export function resultFilesOf(resultDir: string): readonly string[] {
  const paths = readdirSync(resultDir, { recursive: true, encoding: 'utf8' });
  const shown = paths.filter((path) => /\/prompt[^/]*\.json$/.test(path) && !path.includes('/.levels/'));
  return shown.map((path) => basename(path)).toSorted();
}

/** A curve of figures that hang together: more clients wait longer, whether or not they bring more tokens. */
export function expectCurve(levels: readonly LevelSummary[]): void {
  for (const { steady, ttftMs, tpotMs, e2eMs } of levels) {
    expect(steady?.outputTokensPerSec).toBeGreaterThan(0);
    expect(ttftMs.mean).toBeGreaterThan(0);
    expect(tpotMs.mean).toBeGreaterThan(0);
    expect(e2eMs.mean).toBeGreaterThan(ttftMs.mean ?? Number.POSITIVE_INFINITY);
  }
  expect(levels.at(-1)?.e2eMs.mean).toBeGreaterThan(levels[0]?.e2eMs.mean ?? Number.POSITIVE_INFINITY);
}
