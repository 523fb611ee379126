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
export async function measureMemory(requests: number): Promise<readonly Finding[]> {
  const server = await startPinnedServer({ kind: 'whole' });
  const tool = startTool(smallAnswerArgs(server.origin, requests));
  try {
    const looks = await watch(tool.pid, server, tool.ended);
    await tool.ended;
    return [
      most('worker', 'workerBytes', 120, looks),
      growth('worker', 'workerBytes', looks, requests),
      most('main', 'mainBytes', 250, looks),
      growth('main', 'mainAnonymousBytes', looks, requests),
    ];
  } finally {
    tool.forget();
    await server.close();
  }
}

type Memory = 'workerBytes' | 'mainBytes' | 'mainAnonymousBytes';

function most(name: string, key: Memory, limitMegabytes: number, looks: readonly Look[]): Finding {
  const megabytes = Math.max(...looks.map((look) => look[key])) / megabyte;
  return found('c', `memory of ${name}, at most`, 'MB', [megabytes], { floor: limitMegabytes });
}

function growth(name: string, key: Memory, looks: readonly Look[], planned: number): Finding {
  const measured = looks.filter(({ requests }) => requests >= early);
  // A heap breathes with its collections: its middle over the first tenth is held against that over the last.
  const middle = (from: number, to: number): number => {
    const part = measured.filter(({ requests }) => requests >= planned * from && requests <= planned * to);
    return median(part.map((look) => look[key]));
  };
  const [before, after] = [middle(0, 0.15), middle(0.9, 1)];
  const detail = `${(before / megabyte).toFixed(0)} MB at ${early} requests, ${(after / megabyte).toFixed(0)} MB at ${planned}`;
  const bytes = (after - before) / (planned * 0.85);
  return found('c', `growth of ${name}`, 'B/request', [bytes], { floor: flatBytesPerRequest }, detail);
}
