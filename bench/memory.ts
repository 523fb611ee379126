import { startTool } from './clientProcesses.ts';
import { type Finding, found } from './findings.ts';
import { median } from './median.ts';
import { startPinnedServer } from './pinning.ts';
import { smallAnswerArgs } from './smallAnswers.ts';
import { type Look, watch } from './stretch.ts';

const early = 10_000;
const megabyte = 1024 * 1024;
/** Flat: less than a number or two for each request, where a kept event would be a hundred bytes or more. */
const flatBytesPerRequest = 100;

/**
 * Memory of both processes over one long level: the most that is resident, and how it grows. The log is mapped into the
 * main process, so that its pages are resident there and grow by design: its growth is measured without pages of files.
 */
export async function measureMemory(requests: number, repeats: number): Promise<readonly Finding[]> {
  const runs: (readonly Look[])[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) runs.push(await looksAtRun(requests));
  return [
    most('worker', 'workerBytes', 120, runs),
    growth('worker', 'workerBytes', runs, requests),
    most('main', 'mainBytes', 250, runs),
    growth('main', 'mainAnonymousBytes', runs, requests),
  ];
}

async function looksAtRun(requests: number): Promise<readonly Look[]> {
  const server = await startPinnedServer({ kind: 'whole' });
  const tool = startTool(smallAnswerArgs(server.origin, requests));
  try {
    const looks = await watch(tool.pid, server, tool.ended);
    await tool.ended;
    return looks;
  } finally {
    tool.forget();
    await server.close();
  }
}

type Memory = 'workerBytes' | 'mainBytes' | 'mainAnonymousBytes';

function most(name: string, key: Memory, limitMegabytes: number, runs: readonly (readonly Look[])[]): Finding {
  const megabytes = runs.map((looks) => Math.max(...looks.map((look) => look[key])) / megabyte);
  return found('c', `memory of ${name}, at most`, 'MB', megabytes, { floor: limitMegabytes });
}

function growth(name: string, key: Memory, runs: readonly (readonly Look[])[], planned: number): Finding {
  const ends = runs.map((looks) => earlyAndLate(key, looks, planned));
  const bytes = ends.map(([before, after]) => (after - before) / (planned * 0.85));
  const megabytes = (at: 0 | 1) => (median(ends.map((each) => each[at])) / megabyte).toFixed(0);
  const detail = `${megabytes(0)} MB at ${early} requests, ${megabytes(1)} MB at ${planned}`;
  return found('c', `growth of ${name}`, 'B/request', bytes, { floor: flatBytesPerRequest }, detail);
}

function earlyAndLate(key: Memory, looks: readonly Look[], planned: number): readonly [number, number] {
  const measured = looks.filter(({ requests }) => requests >= early);
  // A heap breathes with its collections: its middle over the first tenth is held against that over the last.
  const middle = (from: number, to: number): number => {
    const part = measured.filter(({ requests }) => requests >= planned * from && requests <= planned * to);
    return median(part.map((look) => look[key]));
  };
  return [middle(0, 0.15), middle(0.9, 1)];
}
