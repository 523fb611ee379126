import { startBareClient, startTool } from './clientProcesses.ts';
import { atMost, type Finding } from './findings.ts';
import { median } from './median.ts';
import { type NullServer, startNullServer } from './nullServerProcess.ts';
import { type Stretch, stretchOf, watch } from './stretch.ts';

const clients = 64;
/** Short prompts, so that what is measured is the tool and not the copying of text, which is the same for every client. */
const promptTokens = 32;
/** From here on both are warm; behind it clients run out of work. */
const [from, to] = [0.3, 0.95] as const;

/**
 * CPU time per request with 64 clients and small unstreamed answers, against the bare client. Each run of the tool is
 * held against the bare runs before and after it, since machines are slower at one time than at another.
 */
export async function measureSmallAnswers(repeats: number, requests: number): Promise<readonly Finding[]> {
  const server = await startNullServer();
  const bare: Stretch[] = [await runBare(server, requests * 2)];
  const tool: Stretch[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    tool.push(await runTool(server, requests));
    bare.push(await runBare(server, requests * 2));
  }
  await server.close();

  const bareMicros = bare.map((one) => one.mainMicrosPerRequest);
  const compare = (name: string, limit: number, microsOf: (one: Stretch) => number): Finding => {
    const ours = tool.map(microsOf);
    const ratios = ours.map((micros, run) => (2 * micros) / (valueAt(bareMicros, run) + valueAt(bareMicros, run + 1)));
    const detail = `${median(ours).toFixed(1)} against ${median(bareMicros).toFixed(1)} us a request`;
    return atMost('a', `CPU of ${name}, against bare undici`, median(ratios), limit, 'x', detail);
  };
  const serverRatio = Math.max(...[...bare, ...tool].map((one) => one.serverCpuRatio));
  const perSec = (stretches: readonly Stretch[]) =>
    Math.round(median(stretches.map((one) => one.requests / one.seconds)));
  const paces = `${perSec(bare)} requests/s bare, ${perSec(tool)} by the tool`;
  return [
    compare('a worker', 1.3, (one) => one.workerMicrosPerRequest),
    compare('all processes', 2.2, (one) => one.workerMicrosPerRequest + one.mainMicrosPerRequest),
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

function valueAt(values: readonly number[], index: number): number {
  return values[index] ?? Number.NaN;
}
