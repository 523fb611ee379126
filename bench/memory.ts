import { startTool } from './clientProcesses.ts';
import { atMost, type Finding } from './findings.ts';
import { median } from './median.ts';
import { startNullServer } from './nullServerProcess.ts';
import { smallAnswerArgs } from './smallAnswers.ts';
import { type Look, watch } from './stretch.ts';

const early = 10_000;
const megabyte = 1024 * 1024;
/** Flat: less than a number or two for each request, where a kept event would be a hundred bytes or more. */
const flatBytesPerRequest = 100;

/** Resident memory of both processes over one long level. */
export async function measureMemory(requests: number): Promise<readonly Finding[]> {
  const server = await startNullServer();
  const tool = startTool(smallAnswerArgs(server.origin, requests));
  try {
    const looks = await watch(tool.pid, server, tool.ended);
    await tool.ended;
    return [
      ...findingsOf('worker', 'workerBytes', 120, looks, requests),
      ...findingsOf('main', 'mainBytes', 250, looks, requests),
    ];
  } finally {
    tool.forget();
    await server.close();
  }
}

function findingsOf(
  name: string,
  key: 'workerBytes' | 'mainBytes',
  limitMegabytes: number,
  looks: readonly Look[],
  planned: number,
): readonly Finding[] {
  const measured = looks.filter(({ requests }) => requests >= early);
  // A heap breathes with its collections: its middle over the first tenth is held against that over the last.
  const middle = (from: number, to: number): number => {
    const part = measured.filter(({ requests }) => requests >= planned * from && requests <= planned * to);
    return median(part.map((look) => look[key]));
  };
  const [before, after] = [middle(0, 0.15), middle(0.9, 1)];
  const most = Math.max(...looks.map((look) => look[key])) / megabyte;
  const detail = `${(before / megabyte).toFixed(0)} MB at ${early} requests, ${(after / megabyte).toFixed(0)} MB at ${planned}`;
  return [
    atMost('c', `memory of ${name}, at most`, most, limitMegabytes, 'MB', detail),
    atMost('c', `growth of ${name}`, (after - before) / (planned * 0.85), flatBytesPerRequest, 'B/request', detail),
  ];
}
