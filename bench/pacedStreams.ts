import { eventsOf } from '../src/events/eventLog.ts';
import type { Recorded } from '../src/events/events.ts';
import { openLmdbLog } from '../src/sinks/lmdbLog.ts';
import { startBareClient, startTool } from './clientProcesses.ts';
import { atMost, type Finding } from './findings.ts';
import { median, quantile } from './median.ts';
import { type NullServer, startNullServer } from './nullServerProcess.ts';
import { joinStamps, type SeenStream, type StreamErrors } from './streamErrors.ts';

const streams = 512;
const promptTokens = 32;

/** TTFT and gaps of 512 streams that all start at once, against the server's own stamps and the bare client. */
export async function measurePacedStreams(repeats: number, chunks: number): Promise<readonly Finding[]> {
  const pace = { firstMs: 200, gapMs: 20, chunks };
  const server = await startNullServer(pace);
  const bare: StreamErrors[] = [];
  const tool: StreamErrors[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    bare.push(await runBare(server));
    tool.push(await runTool(server, chunks));
  }
  await server.close();

  const compare = (figure: 'ttftMs' | 'gapMs', name: string, p: number): Finding => {
    const [ours, theirs] = [tool, bare].map((runs) => runs.map((run) => quantile(run[figure], p))) as [
      number[],
      number[],
    ];
    // Runs that follow one another share what the machine does otherwise.
    const ratio = median(ours.map((error, run) => error / (theirs[run] ?? Number.NaN)));
    const detail = `${median(ours).toFixed(2)} against ${median(theirs).toFixed(2)} ms`;
    return atMost('b', `error of ${name} at p${p * 100}, against bare undici`, ratio, 1.5, 'x', detail);
  };
  const seen = (runs: readonly StreamErrors[]) => median(runs.map((run) => median(run.measuredTtftMs))).toFixed(1);
  const arrivedMs = median(tool.map((run) => median(run.meanGapMs)));
  const leftMs = median(tool.map((run) => median(run.sentGapMs)));
  return [
    compare('ttftMs', 'TTFT', 0.5),
    compare('ttftMs', 'TTFT', 0.99),
    compare('gapMs', 'gaps', 0.5),
    compare('gapMs', 'gaps', 0.99),
    atMost(
      'b',
      "pace of chunks, off the server's by",
      Math.abs(arrivedMs / leftMs - 1),
      0.01,
      '',
      `a chunk every ${arrivedMs.toFixed(2)} ms, sent every ${leftMs.toFixed(2)}; TTFT p50 ${seen(tool)} ms, bare ${seen(bare)}`,
    ),
  ];
}

async function runBare(server: NullServer): Promise<StreamErrors> {
  const body = JSON.stringify({ model: 'bench', prompt: ' word'.repeat(promptTokens), max_tokens: 8, stream: true });
  const task = { origin: server.origin, clients: streams, requests: streams, body, streamed: true };
  const { errors } = await startBareClient(task).ended;
  if (errors === undefined) throw new Error('the bare client measured no streams');
  return errors;
}

/**
 * All streams once, by the tool.
 * @param server paced, with answers of `chunks`
 * @param more further options, and what the command is started through
 */
export async function runTool(
  server: NullServer,
  chunks: number,
  more: { readonly options?: readonly string[]; readonly place?: Parameters<typeof startTool>[1] } = {},
): Promise<StreamErrors> {
  const words = [
    ...(more.options ?? []),
    ...['--url', server.origin, '--num_clients', `${streams}`, '--workers', '1', '--streaming'],
    ...['--num_requests_per_client', '1', '--min_requests', '1'],
    ...['--prompt_length', `${promptTokens}`, '--max_new_tokens', `${chunks}`],
  ];
  const tool = startTool(words, more.place);
  try {
    const { logPath } = await tool.ended;
    return joinStamps(await streamsOf(logPath));
  } finally {
    tool.forget();
  }
}

/** The measured streams of a run, from its log: stamps from the events, the server's from the texts. */
async function streamsOf(logPath: string): Promise<readonly SeenStream[]> {
  const log = openLmdbLog(logPath);
  const sentAtMs = new Map<number, number>();
  const chunkAtMs = new Map<number, number[]>();
  const take = (event: Recorded): void => {
    if (event.type === 'request.failed') throw new Error(`request ${event.request} failed: ${event.message}`);
    if (event.type === 'request.completed' && !event.warmup) sentAtMs.set(event.request, event.sentAtMs);
    if (event.type !== 'request.progressed' || event.warmup) return;
    const chunks = chunkAtMs.get(event.request) ?? [];
    chunks.push(...event.chunkAtMs);
    chunkAtMs.set(event.request, chunks);
  };
  for (const event of eventsOf(log)) take(event);
  const seen: SeenStream[] = [];
  for (const texts of log.texts()) {
    for (const { request, warmup, answer } of texts) {
      const sent = sentAtMs.get(request);
      if (warmup || sent === undefined) continue;
      seen.push({ sentAtMs: sent, chunkAtMs: chunkAtMs.get(request) ?? [], answer });
    }
  }
  await log.close();
  if (seen.length !== streams) throw new Error(`${seen.length} of ${streams} streams are in the log`);
  return seen;
}
