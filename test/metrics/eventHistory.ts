import { type RandomStream, randomStream } from '../../src/core/random.ts';
import type {
  ClientPhase,
  FailureKind,
  Recorded,
  RequestOutcome,
  RunEvent,
  ServerSampled,
} from '../../src/events/events.ts';

/** What a made-up level looks like; everything else follows from the seed. */
export interface HistoryOptions {
  readonly seed: number;
  readonly level?: number;
  readonly sweep?: number;
  readonly clients?: number;
  readonly workers?: number;
  readonly planned?: number;
  readonly streaming?: boolean;
  /** Whether the server tells the tokens of every chunk. */
  readonly chunkTokens?: boolean;
  /** Whether the server's usage is known at the end; else only chunks are counted. */
  readonly usage?: boolean;
  readonly failureRatio?: number;
  readonly emptyRatio?: number;
  /** The share of requests whose first try failed. */
  readonly retryRatio?: number;
  /** Clients are told to drain then, ms after the level's start, and what is open is aborted 50 ms later. */
  readonly stopAfterMs?: number;
  readonly beginAtMs?: number;
  readonly meanGapMs?: number;
  /** Whether the server tells its own figures, once a second and at the level's edges. */
  readonly serverMetrics?: boolean;
}

/** A level as it happened on virtual time: what each process saw, in its own order. */
export interface LevelHistory {
  readonly opening: readonly RunEvent[];
  /** Index 0 is worker 1; the last is the main process, where it saw something. */
  readonly byWorker: readonly (readonly RunEvent[])[];
  readonly closing: readonly RunEvent[];
  readonly startMs: number;
  readonly endMs: number;
}

const flushMs = 100;
const failureKinds: readonly FailureKind[] = ['connect', 'timeout', 'httpStatus', 'stream', 'protocol'];

/** Simulated clients of several workers take requests from one pool until it is empty. */
export function levelHistory(options: HistoryOptions): LevelHistory {
  const { seed, level = 0, sweep = 0, clients = 4, workers = 2, planned = 40, beginAtMs = 0 } = options;
  const random = randomStream(seed, 'history', level);
  const byWorker: RunEvent[][] = Array.from({ length: workers }, () => []);
  const see = (client: number, event: RunEvent): void => void byWorker[client % workers]?.push(event);
  const changePhase = (client: number, phase: ClientPhase, atMs: number): void =>
    see(client, { type: 'client.phaseChanged', worker: (client % workers) + 1, atMs, level, client, phase });
  const request = { ...options, level, workers, random };

  const warmAtMs = Array.from({ length: clients }, (_, client) => {
    changePhase(client, 'warmup', beginAtMs + 1 + random());
    const number = level * 1e6 + client;
    const { events, closedAtMs } = requestEvents(
      { ...request, client, number, warmup: true },
      beginAtMs + 2 + random(),
    );
    for (const event of events) see(client, event);
    changePhase(client, 'warm', closedAtMs);
    return closedAtMs;
  });
  const startMs = Math.max(...warmAtMs) + 1;
  const stopMs = startMs + (options.stopAfterMs ?? Number.POSITIVE_INFINITY);
  const freeAtMs = warmAtMs.map(() => startMs + 1 + random());
  for (const [client, atMs] of freeAtMs.entries()) changePhase(client, 'running', atMs - 0.5);
  const active = new Set(freeAtMs.keys());
  let taken = 0;
  let endMs = startMs;
  while (active.size > 0) {
    const client = [...active].reduce((one, other) => (at(freeAtMs, other) < at(freeAtMs, one) ? other : one));
    const dueMs = at(freeAtMs, client);
    if (taken === planned || dueMs >= stopMs) {
      changePhase(client, 'draining', dueMs);
      changePhase(client, 'stopped', dueMs + 0.25);
      active.delete(client);
      endMs = Math.max(endMs, dueMs + 0.25);
      continue;
    }
    const number = level * 1e6 + clients + taken++;
    const { events, closedAtMs } = requestEvents({ ...request, client, number, warmup: false, stopMs }, dueMs);
    for (const event of events) see(client, event);
    freeAtMs[client] = closedAtMs + 0.01;
  }
  byWorker.forEach((events, index) => {
    for (let atMs = beginAtMs + 1000; atMs < endMs; atMs += 1000) events.push(sample(index + 1, level, atMs, random));
    events.sort((one, other) => one.atMs - other.atMs);
  });
  if (options.serverMetrics) byWorker.push(serverSamples(level, beginAtMs, startMs, endMs, random));
  const load = { kind: 'clients', value: clients } as const;
  const asked = { promptLength: 100, maxNewTokens: 20, streaming: options.streaming ?? true };
  return {
    opening: [
      { type: 'level.prepared', worker: 0, atMs: beginAtMs, level, sweep, load, clients, workers, planned, ...asked },
    ],
    byWorker,
    closing: [{ type: 'level.finished', worker: 0, atMs: endMs + 1, level, status: 'completed' }],
    startMs,
    endMs: endMs + 1,
  };
}

/**
 * One log of a level: each worker's events keep their order, and batches of random sizes interleave. As the engine does,
 * `level.started` stands after all that happened before it.
 */
export function interleave(history: LevelHistory, random: RandomStream, firstSeq = 0): Recorded[] {
  const started: RunEvent = { type: 'level.started', worker: 0, atMs: history.startMs, level: levelOf(history) };
  const before = history.byWorker.map((events) => events.filter(({ atMs }) => atMs < history.startMs));
  const after = history.byWorker.map((events) => events.filter(({ atMs }) => atMs >= history.startMs));
  return [...history.opening, ...shuffled(before, random), started, ...shuffled(after, random), ...history.closing].map(
    (event, index) => ({ ...event, seq: firstSeq + index }),
  );
}

function shuffled(queues: readonly (readonly RunEvent[])[], random: RandomStream): RunEvent[] {
  const positions = queues.map(() => 0);
  const log: RunEvent[] = [];
  for (;;) {
    const waiting = [...queues.keys()].filter((index) => at(positions, index) < (queues[index]?.length ?? 0));
    const chosen = waiting[Math.floor(random() * waiting.length)];
    if (chosen === undefined) return log;
    const size = 1 + Math.floor(random() * 20);
    log.push(...(queues[chosen]?.slice(at(positions, chosen), at(positions, chosen) + size) ?? []));
    positions[chosen] = at(positions, chosen) + size;
  }
}

function serverSamples(
  level: number,
  beginAtMs: number,
  startMs: number,
  endMs: number,
  random: RandomStream,
): ServerSampled[] {
  const askedAtMs = [beginAtMs, startMs];
  for (let atMs = startMs + 1000; atMs < endMs; atMs += 1000) askedAtMs.push(atMs);
  return [...askedAtMs, endMs].map((at, count) => ({
    type: 'server.sampled',
    worker: 0,
    atMs: at + random(),
    level,
    askedAtMs: at,
    figures: {
      running: Math.floor(8 * random()),
      kvCacheRatio: random(),
      finishedRequests: 100 + 7 * count,
      prefixCacheQueries: 1000 * count,
      prefixCacheHits: 50 * count,
      ttft: { boundsMs: [10, 100], counts: [count, 4 * count], count: 5 * count, sumMs: 300 * count },
    },
  }));
}

interface RequestOptions extends HistoryOptions {
  readonly level: number;
  readonly workers: number;
  readonly client: number;
  readonly number: number;
  readonly warmup: boolean;
  readonly stopMs?: number;
  readonly random: RandomStream;
}

/** All events of one request that is due at `dueMs`. */
function requestEvents(options: RequestOptions, dueMs: number): { events: RunEvent[]; closedAtMs: number } {
  const { random, streaming = true, meanGapMs = 20 } = options;
  const cutMs = (options.stopMs ?? Number.POSITIVE_INFINITY) + 50;
  const fate = options.warmup ? 1 : random();
  const failed = fate < (options.failureRatio ?? 0);
  const empty = !failed && fate < (options.failureRatio ?? 0) + (options.emptyRatio ?? 0);
  const kind = failureKinds[Math.floor(random() * failureKinds.length)] as FailureKind;
  const whole = timelineOf(options, dueMs + random(), empty ? 0 : 1 + Math.floor(random() * 15), meanGapMs);
  const sentAtMs = whole.sentAtMs;
  const unsent = failed && kind === 'connect';
  const endMs = failed && unsent ? sentAtMs + 1 : whole.closedAtMs;
  const aborted = endMs > cutMs;
  const closedAtMs = aborted ? Math.max(cutMs, sentAtMs) : endMs;
  const arrived = whole.atMs.filter((atMs) => atMs <= closedAtMs);
  const { client, level, number: request, warmup } = options;
  const worker = (client % options.workers) + 1;
  const own = { worker, level, request, warmup };
  const events: RunEvent[] = [];
  const { retryRatio = 0 } = options;
  if (retryRatio > 0 && random() < retryRatio) {
    const failure = { failedTry: 1, waitMs: 0.5, kind: 'connect', reason: 'refused' } as const;
    events.push({ type: 'request.retried', ...own, atMs: dueMs, client, ...failure });
  }
  if (!unsent) {
    const asked = { scheduledAtMs: dueMs, promptTokens: 100 + (request % 7), maxNewTokens: 20 };
    events.push({ type: 'request.sent', ...own, atMs: sentAtMs, client, ...asked });
  }
  const chunks = streaming && !unsent ? arrived.length : 0;
  for (let from = 0; from < chunks; ) {
    const flushAtMs = Math.min(at(arrived, from) + flushMs, closedAtMs);
    const to = arrived.findLastIndex((atMs) => atMs <= flushAtMs) + 1;
    const chunkAtMs = Float64Array.from(arrived.slice(from, to));
    const tokens = options.chunkTokens ? { chunkTokens: Uint32Array.from(whole.tokens.slice(from, to)) } : {};
    events.push({ type: 'request.progressed', ...own, atMs: flushAtMs, chunkAtMs, ...tokens });
    from = to;
  }
  const stamps = { ...own, atMs: closedAtMs, client, scheduledAtMs: dueMs, closedAtMs, chunks };
  const tokenStamps = chunks === 0 ? {} : { firstTokenAtMs: at(arrived, 0), lastTokenAtMs: at(arrived, chunks - 1) };
  if (failed || aborted) {
    const sent = unsent ? {} : { sentAtMs, ...tokenStamps };
    const status = kind === 'httpStatus' && !aborted ? { httpStatus: request % 2 === 0 ? 429 : 500 } : {};
    const failure = { kind: aborted ? ('aborted' as const) : kind, reason: 'simulated' };
    events.push({ type: 'request.failed', ...stamps, ...sent, ...failure, ...status } satisfies RequestOutcome);
  } else {
    const told = whole.tokens.reduce((sum, tokens) => sum + tokens, 0);
    const counted =
      options.usage === false
        ? { outputTokens: chunks, tokenSource: 'chunks' as const }
        : { outputTokens: told, tokenSource: 'usage' as const };
    const first =
      chunks === 0
        ? {}
        : { firstChunkTokens: options.chunkTokens ? at(whole.tokens, 0) : counted.outputTokens / chunks };
    const answer = { streamed: streaming, promptTokens: 100 + (request % 7), ...counted, ...first, ...tokenStamps };
    events.push({ type: 'request.completed', ...stamps, sentAtMs, ...answer } satisfies RequestOutcome);
  }
  return { events, closedAtMs };
}

interface ChunkTimes {
  readonly sentAtMs: number;
  readonly atMs: readonly number[];
  readonly tokens: readonly number[];
  readonly closedAtMs: number;
}

function timelineOf({ random }: RequestOptions, sentAtMs: number, chunks: number, meanGapMs: number): ChunkTimes {
  let nowMs = sentAtMs + 5 + 2 * meanGapMs * random();
  const atMs: number[] = [];
  for (let chunk = 0; chunk < chunks; chunk++) {
    atMs.push(nowMs);
    nowMs += 2 * meanGapMs * random();
  }
  const tokens = atMs.map(() => 1 + Math.floor(random() * 3));
  return { sentAtMs, atMs, tokens, closedAtMs: (atMs.at(-1) ?? nowMs) + random() };
}

function sample(worker: number, level: number, atMs: number, random: RandomStream): RunEvent {
  const generator = {
    periodMs: 1000,
    loopDelayBins: [],
    cpuRatio: 0.1 + 0.1 * random(),
    gcPauseMs: 0,
    residentBytes: 1e8,
  };
  return { type: 'generator.sampled', worker, atMs, level, ...generator, sends: 10, lateSends: 0, inFlight: 1 };
}

function levelOf(history: LevelHistory): number {
  const [prepared] = history.opening;
  return prepared?.type === 'level.prepared' ? prepared.level : 0;
}

function at(values: readonly number[], index: number): number {
  return values[index] as number;
}
