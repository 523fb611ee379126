import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eventsOf } from '../src/events/eventLog.ts';
import { Histogram } from '../src/metrics/histogram.ts';
import { openLmdbLog } from '../src/sinks/lmdbLog.ts';
import { type Finding, found, holds, renderFindings } from './findings.ts';
import { median } from './median.ts';
import { childrenOf, memoryOf } from './procFs.ts';

/**
 * `npm run test:soak` (3 minutes), or `npx tsx bench/soak.ts 60` after `npm run build`: one long level of 16 clients against the
 * embedded server. What each process holds of memory and of open files is looked at every 2 s, how late its timers were stands in the
 * log; the second quarter is held against the last one. Ends by itself, with exit code 1 where something grows.
 */
const minutes = Number(process.argv[2] ?? 3);
const command = fileURLToPath(new URL('../dist/commands/main.js', import.meta.url));
const everyMs = 2000;
const megabyte = 2 ** 20;

/** A look at one process. */
interface Look {
  readonly atMs: number;
  readonly bytes: number;
  readonly files: number;
}

const names = { main: 'main', workerEntry: 'worker', simulatorProcess: 'embedded server' } as const;

function startRun(resultDir: string): ChildProcess {
  const load = ['--num_clients', '16', '--level_seconds', String(minutes * 60)];
  const lengths = ['--prompt_length', '64', '--max_new_tokens', '32', '--streaming', '--workers', '2', '--quiet'];
  const words = [...load, ...lengths, '--tokenizer', 'o200k_base', '--result_dir', resultDir];
  return spawn(process.execPath, [command, ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Looks at the command and its children until it has ended. */
async function watch(tool: ChildProcess): Promise<ReadonlyMap<string, readonly Look[]>> {
  const looks = new Map<string, Look[]>();
  const startedAtMs = performance.now();
  const { pid = 0 } = tool;
  while (tool.exitCode === null && tool.signalCode === null) {
    const own = new Map([[pid, 'main'], ...childrenOf(pid).map((child) => [child, nameOf(child)] as const)]);
    for (const [process, name] of own) {
      const look = lookAt(process, performance.now() - startedAtMs);
      if (look !== undefined) looks.set(`${name} ${process}`, [...(looks.get(`${name} ${process}`) ?? []), look]);
    }
    await sleep(everyMs);
  }
  return looks;
}

function nameOf(pid: number): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  return Object.entries(names).find(([part]) => words.includes(part))?.[1] ?? 'another';
}

function lookAt(pid: number, atMs: number): Look | undefined {
  try {
    return { atMs, bytes: memoryOf(pid).anonymousBytes, files: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return undefined; // it has just ended
  }
}

/** What happened in the second quarter of the run and in its last. */
type Quarters<Part> = readonly [early: readonly Part[], late: readonly Part[]];

function quartersOf<Part extends { readonly atMs: number }>(parts: readonly Part[]): Quarters<Part> {
  const wholeMs = minutes * 60_000;
  const between = (from: number, to: number) =>
    parts.filter(({ atMs }) => atMs >= from * wholeMs && atMs < to * wholeMs);
  return [between(0.25, 0.5), between(0.75, 1)];
}

function growthOf(name: string, looks: readonly Look[]): readonly Finding[] {
  const [early, late] = quartersOf(looks);
  if (early.length === 0 || late.length === 0) throw new Error(`${name} was not there from the start to the end`);
  const [before, after] = [early, late].map((part) => median(part.map(({ bytes }) => bytes)) / megabyte) as [
    number,
    number,
  ];
  const [few, many] = [early, late].map((part) => Math.max(...part.map(({ files }) => files))) as [number, number];
  // A heap breathes by some megabytes; what leaks a little goes on for as long as the run does.
  const limit = 20 + minutes;
  return [
    found(
      'soak',
      `growth of memory, ${name}`,
      'MB',
      [after - before],
      { floor: limit },
      `${before.toFixed(0)} to ${after.toFixed(0)} MB`,
    ),
    found('soak', `growth of open files, ${name}`, 'files', [many - few], { floor: 2 }, `${few} to ${many}`),
  ];
}

/** How late the timers of workers were, and how many requests there were, by the log. */
async function latenessOf(resultDir: string): Promise<{ readonly finding: Finding; readonly requests: number }> {
  const [run = ''] = readdirSync(join(resultDir, 'runs'));
  const log = openLmdbLog(join(resultDir, 'runs', run, 'log.mdb'));
  const samples: { readonly atMs: number; readonly bins: readonly number[] }[] = [];
  let requests = 0;
  for (const event of eventsOf(log)) {
    if (event.type === 'request.completed') requests++;
    if (event.type === 'generator.sampled') samples.push({ atMs: event.atMs, bins: event.loopDelayBins });
  }
  await log.close();
  const [before, after] = quartersOf(samples).map((part) => {
    const delays = new Histogram();
    for (const { bins } of part) delays.addPairs(bins);
    return delays.quantile(0.99) ?? 0;
  }) as [number, number];
  const detail = `p99 ${before.toFixed(2)} to ${after.toFixed(2)} ms`;
  return {
    requests,
    finding: found('soak', 'lateness of timers, later', 'ms', [after - before], { floor: 5 }, detail),
  };
}

const resultDir = mkdtempSync(join(tmpdir(), 'deepspeedometer-soak-'));
const tool = startRun(resultDir);
try {
  const looks = await watch(tool);
  const { finding, requests } = await latenessOf(resultDir);
  const findings = [...[...looks].flatMap(([name, own]) => growthOf(name, own)), finding];
  console.log(`${minutes} minutes, ${requests} requests, exit code ${tool.exitCode}\n${renderFindings(findings)}`);
  if (tool.exitCode !== 0 || findings.some((one) => !holds(one, 'floor'))) process.exitCode = 1;
} finally {
  tool.kill('SIGKILL');
  rmSync(resultDir, { recursive: true, force: true });
}
