import { startBareClient } from './clientProcesses.ts';
import { type Finding, found, type Limits } from './findings.ts';
import { median } from './median.ts';
import { startPinnedServer } from './pinning.ts';
import type { Stretch } from './stretch.ts';
import { loopArgs, stretchOfClient, stretchOfTool } from './stretchRuns.ts';

const clients = 64;
/** Short prompts, so that what is measured is the tool and not the copying of text, which is the same for every client. */
const promptTokens = 32;

/**
 * CPU time per request with 64 clients and small unstreamed answers, against the bare client. Each run of the tool is
 * held against the bare runs before and after it, since machines are slower at one time than at another.
 */
export async function measureSmallAnswers(repeats: number, requests: number): Promise<readonly Finding[]> {
  const server = await startPinnedServer({ kind: 'whole' });
  const runBare = () => {
    const task = {
      origin: server.origin,
      clients,
      requests: requests * 2,
      promptTokens,
      asksStream: false,
      isStamped: false,
    };
    return stretchOfClient(server, startBareClient(task), requests * 2);
  };
  const bare: Stretch[] = [await runBare()];
  const tool: Stretch[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    tool.push(await stretchOfTool(server, smallAnswerArgs(server.origin, requests), requests));
    bare.push(await runBare());
  }
  await server.close();

  const bareMicros = bare.map((one) => one.mainMicrosPerRequest);
  const compare = (name: string, limits: Limits, microsOf: (one: Stretch) => number): Finding => {
    const ours = tool.map(microsOf);
    const ratios = ours.map((micros, run) => (2 * micros) / ((bareMicros[run] ?? 0) + (bareMicros[run + 1] ?? 0)));
    const detail = `${median(ours).toFixed(1)} against ${median(bareMicros).toFixed(1)} us a request`;
    return found('a', `CPU of ${name}, against bare undici`, 'x', ratios, limits, detail);
  };
  const shares = [...bare, ...tool].map((one) => one.serverCpuRatio);
  const perSec = (stretches: readonly Stretch[]) =>
    Math.round(median(stretches.map((one) => one.requests / one.seconds)));
  const paces = `${perSec(bare)} requests/s bare, ${perSec(tool)} by the tool`;
  return [
    compare('a worker', { floor: 1.3, goal: 1.15 }, (one) => one.workerMicrosPerRequest),
    compare('all processes', { floor: 2.2, goal: 1.8 }, (one) => one.workerMicrosPerRequest + one.mainMicrosPerRequest),
    found('a', "the null server's share of its own core", '', shares, { floor: 0.9, goal: 0.8 }, paces),
  ];
}

/** The tool's options for this load; also what memory is measured on. */
export function smallAnswerArgs(origin: string, requests: number): readonly string[] {
  return loopArgs(origin, { clients, requests, promptTokens });
}
