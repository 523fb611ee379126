import type { NullServer } from '../src/calibration/startNullServer.ts';
import { type RunningClient, startTool, type ToolStart } from './clientProcesses.ts';
import { type Stretch, stretchOf, watch } from './stretch.ts';

/** From here on both processes are warm; behind it clients run out of work. */
const [from, to] = [0.3, 0.95] as const;

/** The middle of what a client does against a server. @param requests how many it will send, where that is known */
export async function stretchOfClient(
  server: NullServer,
  client: RunningClient<unknown>,
  requests?: number,
): Promise<Stretch> {
  const looks = await watch(client.pid, server, client.ended);
  await client.ended;
  return stretchOf(looks, requests ?? looks.at(-1)?.requests ?? 0, from, to);
}

/** The same of a run of the tool, whose results are thrown away. */
export async function stretchOfTool(
  server: NullServer,
  args: readonly string[],
  requests: number,
  start: ToolStart = {},
): Promise<Stretch> {
  const tool = startTool(args, start);
  try {
    return await stretchOfClient(server, tool, requests);
  } finally {
    tool.forget();
  }
}

/** The options of a closed loop of so many requests. */
export function loopArgs(
  origin: string,
  load: {
    readonly clients: number;
    readonly requests: number;
    readonly workers?: number;
    readonly promptTokens?: number;
    readonly outputTokens?: number;
    readonly streamed?: boolean;
  },
): readonly string[] {
  const { clients, requests, workers = 1, promptTokens = 32, outputTokens = 8, streamed = false } = load;
  return [
    ...['--url', origin, '--num_clients', `${clients}`, '--workers', `${workers}`],
    ...['--num_requests_per_client', '1', '--min_requests', `${requests}`],
    ...['--prompt_length', `${promptTokens}`, '--max_new_tokens', `${outputTokens}`],
    ...(streamed ? ['--streaming'] : []),
  ];
}
