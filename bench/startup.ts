import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../src/core/clock.ts';
import { startTool } from './clientProcesses.ts';
import { atMost, type Finding } from './findings.ts';
import { median } from './median.ts';
import { startNullServer } from './nullServerProcess.ts';
import { smallAnswerArgs } from './smallAnswers.ts';

/** From the command to the first request at the server, with a built-in tokenizer. */
export async function measureStartup(repeats: number): Promise<readonly Finding[]> {
  const server = await startNullServer();
  const seconds: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const { requests: before } = await server.count();
    const startedAtMs = monotonicMs();
    const tool = startTool(smallAnswerArgs(server.origin, 64));
    while ((await server.count()).requests === before) await sleep(2);
    seconds.push((monotonicMs() - startedAtMs) / 1000);
    await tool.ended;
    tool.forget();
  }
  await server.close();
  const detail = `${seconds.map((one) => one.toFixed(2)).join(', ')} s`;
  return [atMost('d', 'command to first request', median(seconds), 1.5, 's', detail)];
}
