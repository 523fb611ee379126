import type { NullAnswer } from '../src/calibration/nullServerMessages.ts';
import { startBareClient } from './clientProcesses.ts';
import { type Finding, found } from './findings.ts';
import { median } from './median.ts';
import { startPinnedServer } from './pinning.ts';
import type { Stretch } from './stretch.ts';
import { loopArgs, stretchOfClient, stretchOfTool } from './stretchRuns.ts';

/** Requests of which one thing is large: many chunks at once, one huge chunk, a long prompt. */
interface HeavyLoad {
  readonly name: string;
  /** What CPU time is told for, and how many of them a request has. */
  readonly item: string;
  readonly items: number;
  readonly answer: NullAnswer;
  readonly clients: number;
  readonly requests: number;
  readonly promptTokens?: number;
}

const loads: readonly HeavyLoad[] = [
  {
    ...{ name: 'bursts of 1,000 small chunks', item: 'chunk', items: 1000, clients: 16, requests: 600 },
    answer: { kind: 'burst', chunks: 1000, characters: 5 },
  },
  {
    ...{ name: 'one chunk of 1 MB', item: 'request', items: 1, clients: 4, requests: 100 },
    answer: { kind: 'burst', chunks: 1, characters: 1_000_000 },
  },
  {
    ...{ name: 'prompts of 8k tokens', item: 'request', items: 1, clients: 16, requests: 3000, promptTokens: 8192 },
    answer: { kind: 'whole' },
  },
  {
    ...{ name: 'prompts of 100k tokens', item: 'request', items: 1, clients: 8, requests: 250, promptTokens: 100_000 },
    answer: { kind: 'whole' },
  },
];

/** CPU time of a worker and of all processes on loads that are heavy in one way, beside that of a client that only counts bytes. */
export async function measureHeavyItems(repeats: number): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const load of loads) {
    const { name, item, items, answer, clients, requests, promptTokens = 32 } = load;
    const streamed = answer.kind === 'burst';
    const server = await startPinnedServer(answer);
    const { origin } = server;
    const bare: Stretch[] = [];
    const tool: Stretch[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const task = { origin, clients, requests: requests * 2, promptTokens, asksStream: streamed, isStamped: false };
      bare.push(await stretchOfClient(server, startBareClient(task), requests * 2));
      const args = loopArgs(origin, { clients, requests, promptTokens, outputTokens: streamed ? items : 8, streamed });
      tool.push(await stretchOfTool(server, args, requests));
    }
    await server.close();
    const least = median(bare.map((run) => run.mainMicrosPerRequest / items));
    const micros = (of: (run: Stretch) => number) => tool.map((run) => of(run) / items);
    const detail = `bare undici ${least.toPrecision(3)} us`;
    findings.push(
      found(
        'heavy',
        `${name}: CPU of a worker, a ${item}`,
        'us',
        micros((run) => run.workerMicrosPerRequest),
        {},
        detail,
      ),
      found(
        'heavy',
        `${name}: CPU of main, a ${item}`,
        'us',
        micros((run) => run.mainMicrosPerRequest),
      ),
    );
  }
  return findings;
}
