import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../src/core/clock.ts';
import { startTool } from './clientProcesses.ts';
import { type Finding, found } from './findings.ts';
import { startPinnedServer } from './pinning.ts';
import { smallAnswerArgs } from './smallAnswers.ts';

/** From the command to the first request at the server, with a built-in tokenizer. */
export async function measureStartup(repeats: number): Promise<readonly Finding[]> {
  const server = await startPinnedServer({ kind: 'whole' });
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
  return [found('d', 'command to first request', 's', seconds, { floor: 1.5, goal: 1 })];
}
