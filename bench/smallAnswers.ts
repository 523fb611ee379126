import { startBareClient, startTool } from './clientProcesses.ts';
import { atMost, type Finding } from './findings.ts';
import { median } from './median.ts';
import type { NullServer } from './nullServerProcess.ts';
import { startNullServer } from './nullServerProcess.ts';
import { type Stretch, stretchOf, watch } from './stretch.ts';

const clients = 64;
/** Short prompts, so that what is measured is the tool and not the copying of text, which is the same for every client. */
const promptTokens = 32;
/** From here on both are warm; behind it clients run out of work. */
const [from, to] = [0.3, 0.95] as const;

/** CPU time per request with 64 clients and small unstreamed answers, against the bare client. */
export async function measureSmallAnswers(repeats: number, requests: number): Promise<readonly Finding[]> {
  const bare: Stretch[] = [];
  const tool: Stretch[] = [];
  const server = await startNullServer();
  for (let repeat = 0; repeat < repeats; repeat++) {
    bare.push(await runBare(server, requests * 2));
    tool.push(await runTool(server, requests));
  }
  await server.close();

  const bareMicros = median(bare.map((one) => one.mainMicrosPerRequest));
  const workerMicros = median(tool.map((one) => one.workerMicrosPerRequest));
  const allMicros = median(tool.map((one) => one.workerMicrosPerRequest + one.mainMicrosPerRequest));
  const serverRatio = Math.max(...bare.map((one) => one.serverCpuRatio), ...tool.map((one) => one.serverCpuRatio));
  const perSec = (stretches: readonly Stretch[]) =>
    Math.round(median(stretches.map((one) => one.requests / one.seconds)));
  const paces = `${perSec(bare)} requests/s bare, ${perSec(tool)} by the tool`;
  return [
    atMost(
      'a',
      'CPU of a worker, against bare undici',
      workerMicros / bareMicros,
      1.3,
      'x',
      micros(workerMicros, bareMicros),
    ),
    atMost(
      'a',
      'CPU of all processes, against bare undici',
      allMicros / bareMicros,
      2.2,
      'x',
      micros(allMicros, bareMicros),
    ),
    atMost('a', "the null server's share of its own core", serverRatio, 0.9, '', paces),
  ];
}

async function runBare(server: NullServer, requests: number): Promise<Stretch> {
  const body = JSON.stringify({
    model: 'bench',
    prompt: ' word'.repeat(promptTokens),
    max_tokens: 8,
    ignore_eos: true,
  });
  const bare = startBareClient({ origin: server.origin, clients, requests, body, streamed: false });
  const looks = await watch(bare.pid, server, bare.ended);
  await bare.ended;
  return stretchOf(looks, requests, from, to);
}

async function runTool(server: NullServer, requests: number): Promise<Stretch> {
  const tool = startTool(smallAnswerArgs(server.origin, requests));
  try {
    const looks = await watch(tool.pid, server, tool.ended);
    await tool.ended;
    return stretchOf(looks, requests, from, to);
  } finally {
    tool.forget();
  }
}

/** The tool's options for this load; also what memory is measured on. */
export function smallAnswerArgs(origin: string, requests: number): readonly string[] {
  return [
    ...['--url', origin, '--num_clients', `${clients}`, '--workers', '1'],
    ...['--num_requests_per_client', '1', '--min_requests', `${requests}`],
    ...['--prompt_length', `${promptTokens}`, '--max_new_tokens', '8'],
  ];
}

function micros(ours: number, bare: number): string {
  return `${ours.toFixed(1)} against ${bare.toFixed(1)} us a request`;
}
