import type { Pace } from '../src/calibration/nullServerMessages.ts';
import { seenStreams } from '../src/calibration/seenStreams.ts';
import type { NullServer } from '../src/calibration/startNullServer.ts';
import { joinStamps, type StreamErrors } from '../src/calibration/streamErrors.ts';
import { openLmdbLog } from '../src/sinks/lmdbLog.ts';
import { startBareClient, startTool, type ToolStart } from './clientProcesses.ts';
import { type Finding, found, type Limits } from './findings.ts';
import { median, quantile } from './median.ts';
import { startPinnedServer } from './pinning.ts';
import { watch } from './stretch.ts';

/** Streams that all start at once. */
export interface PacedLoad extends Pace {
  readonly streams: number;
}

/** What is expected of a load. */
export interface PacedLimits {
  /** Of each error, over the bare client's. */
  readonly ratio?: Limits;
  readonly paceOff?: Limits;
  readonly gapP99Ms?: Limits;
  readonly sendSpreadMs?: Limits;
  readonly memoryMb?: Limits;
}

/** What a run of the tool leaves of its streams. */
interface SeenRun {
  readonly errors: StreamErrors;
  /** Between the first and the last of the first sends. */
  readonly sendSpreadMs: number;
  /** Of all processes together, at their most. */
  readonly peakMb: number;
}

const figures = [
  ['ttftMs', 'TTFT', 0.5],
  ['ttftMs', 'TTFT', 0.99],
  ['gapMs', 'gaps', 0.5],
  ['gapMs', 'gaps', 0.99],
] as const;

/** TTFT and gaps of paced streams, against the server's own stamps and the bare client. */
export async function measurePacedStreams(
  part: string,
  load: PacedLoad,
  repeats: number,
  limits: PacedLimits,
): Promise<readonly Finding[]> {
  const server = await startPinnedServer({ kind: 'paced', ...load });
  const bare: StreamErrors[] = [];
  const tool: SeenRun[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    bare.push(await runBare(server, load));
    tool.push(await runTool(server, load, { start: { cores: 'all' } }));
  }
  await server.close();

  const name = `${load.streams} at ${load.gapMs} ms`;
  const errors = figures.flatMap(([figure, title, p]): readonly Finding[] => {
    const ours = tool.map((run) => quantile(run.errors[figure], p));
    const theirs = bare.map((run) => quantile(run[figure], p));
    // Runs that follow one another share what the machine does otherwise.
    const ratios = ours.map((error, run) => error / (theirs[run] ?? Number.NaN));
    const detail = `bare undici ${median(theirs).toFixed(2)} ms`;
    const own = figure === 'gapMs' && p === 0.99 ? limits.gapP99Ms : undefined;
    return [
      found(part, `${name}: error of ${title} at p${p * 100}`, 'ms', ours, own, detail),
      found(part, `${name}: the same, against bare undici`, 'x', ratios, limits.ratio, `${title} p${p * 100}`),
    ];
  });
  const seen = (runs: readonly StreamErrors[]) => median(runs.map((run) => median(run.measuredTtftMs))).toFixed(1);
  const off = tool.map(({ errors: run }) => Math.abs(median(run.meanGapMs) / median(run.sentGapMs) - 1));
  const ttfts = `TTFT p50 ${seen(tool.map((run) => run.errors))} ms, bare ${seen(bare)}`;
  const spreads = tool.map((run) => run.sendSpreadMs);
  const peaks = tool.map((run) => run.peakMb);
  return [
    ...errors,
    found(part, `${name}: pace of chunks, off the server's by`, '', off, limits.paceOff, ttfts),
    found(part, `${name}: first sends lie within`, 'ms', spreads, limits.sendSpreadMs),
    found(part, `${name}: memory of all processes, at most`, 'MB', peaks, limits.memoryMb),
  ];
}

const promptTokens = 32;

async function runBare({ origin }: NullServer, { streams }: PacedLoad): Promise<StreamErrors> {
  const task = { origin, clients: streams, requests: streams, promptTokens, asksStream: true, isStamped: true };
  const { errors } = await startBareClient(task).ended;
  if (errors === undefined) throw new Error('the bare client measured no streams');
  return errors;
}

/** All streams once, by the tool. @param server paced as the load says */
export async function runTool(
  server: NullServer,
  { streams, chunks }: PacedLoad,
  { options = [], start = {} }: { readonly options?: readonly string[]; readonly start?: ToolStart } = {},
): Promise<SeenRun> {
  const words = [
    ...['--url', server.origin, '--num_clients', `${streams}`, '--streaming'],
    ...['--num_requests_per_client', '1', '--min_requests', '1'],
    ...['--prompt_length', `${promptTokens}`, '--max_new_tokens', `${chunks}`],
    ...options,
  ];
  const tool = startTool(words, start);
  try {
    const looks = await watch(tool.pid, server, tool.ended);
    const { logPath } = await tool.ended;
    const log = openLmdbLog(logPath);
    const seen = seenStreams(log);
    await log.close();
    if (seen.length !== streams) throw new Error(`${seen.length} of ${streams} streams are in the log`);
    const sentAtMs = seen.map((stream) => stream.sentAtMs).sort((one, other) => one - other);
    return {
      errors: joinStamps(seen),
      sendSpreadMs: (sentAtMs.at(-1) ?? 0) - (sentAtMs[0] ?? 0),
      peakMb: Math.max(...looks.map(({ allBytes }) => allBytes)) / 2 ** 20,
    };
  } finally {
    tool.forget();
  }
}
