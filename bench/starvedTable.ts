import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Pace } from '../src/calibration/nullServerMessages.ts';
import type { RunSummary } from '../src/metrics/runSummary.ts';
import { startTool } from './clientProcesses.ts';
import { clientCommand, startPinnedServer } from './pinning.ts';
import { childrenOf } from './procFs.ts';

/**
 * `npx tsx bench/starvedTable.ts [runs]`: how often the verdict "client-limited" is right. Workers that are starved on purpose must
 * be found out, healthy ones must not be accused. It prints a table for docs/performance.md.
 */
interface Case {
  readonly name: string;
  readonly streams: number;
  readonly pace: Pace;
  readonly mustBeFound: boolean;
  /** Starts what takes the worker's time; @returns what ends it. */
  readonly starve: (workers: () => readonly number[]) => () => void;
}

const light = { streams: 32, pace: { firstMs: 200, gapMs: 20, chunks: 250 } };
const heavy = { streams: 256, pace: { firstMs: 200, gapMs: 10, chunks: 400 } };
const periodMs = 100;

const cases: readonly Case[] = [
  { name: 'healthy, 1,600 chunks/s', ...light, mustBeFound: false, starve: () => () => {} },
  { name: 'two busy neighbours on its core, 25,600 chunks/s', ...heavy, mustBeFound: true, starve: neighbours },
  { name: 'a quota of 30 % of a core, 1,600 chunks/s', ...light, mustBeFound: true, starve: quota },
];

const runs = Number(process.argv[2] ?? 20);
process.stdout.write('| worker | client-limited | expected | said once |\n|---|---|---|---|\n');
for (const { name, streams, pace, mustBeFound, starve } of cases) {
  const server = await startPinnedServer({ kind: 'paced', ...pace });
  let accused = 0;
  let said = '';
  for (let run = 0; run < runs; run++) {
    const { verdict, reason } = await verdictOf(server.origin, streams, pace.chunks, starve);
    if (verdict !== 'clientLimited') continue;
    accused++;
    said = reason ?? '';
  }
  await server.close();
  const expected = mustBeFound ? `at least ${Math.ceil(runs * 0.95)}` : `at most ${Math.floor(runs * 0.05)}`;
  process.stdout.write(`| ${name} | ${accused} of ${runs} | ${expected} | ${said} |\n`);
}

async function verdictOf(url: string, streams: number, chunks: number, starve: Case['starve']) {
  const tool = startTool([
    ...['--url', url, '--num_clients', `${streams}`, '--workers', '1', '--streaming', '--min_requests', '1'],
    ...['--num_requests_per_client', '1', '--prompt_length', '32', '--max_new_tokens', `${chunks}`],
  ]);
  const feed = starve(() => childrenOf(tool.pid));
  try {
    const { logPath } = await tool.ended;
    const { levels } = JSON.parse(readFileSync(join(dirname(logPath), 'summary.json'), 'utf8')) as RunSummary;
    return levels[0]?.generator ?? { verdict: 'unknown' as const, reason: 'no level' };
  } finally {
    feed();
    tool.forget();
  }
}

function neighbours(): () => void {
  const spinners = [0, 1].map((): ChildProcess => {
    const [command = '', ...rest] = clientCommand([process.execPath, '-e', 'for (;;);']);
    return spawn(command, rest, { stdio: 'ignore' });
  });
  return () => {
    for (const spinner of spinners) spinner.kill('SIGKILL');
  };
}

/** As a CPU quota of the kernel does it: a share of each 100 ms, and then nothing until the next. */
function quota(workers: () => readonly number[]): () => void {
  const signal = (name: 'SIGSTOP' | 'SIGCONT'): void => {
    try {
      for (const worker of workers()) process.kill(worker, name);
    } catch {
      // it has just ended
    }
  };
  const stop = setInterval(() => {
    signal('SIGSTOP');
    setTimeout(() => signal('SIGCONT'), periodMs * 0.7);
  }, periodMs);
  return () => {
    clearInterval(stop);
    signal('SIGCONT');
  };
}
