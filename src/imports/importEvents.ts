import type { LevelPrepared, RunEvent } from '../events/events.ts';
import type { ExchangeText } from '../events/texts.ts';
import type { ImportedLevel, ImportedRequest } from './importedRun.ts';

/** Where a level stands in the run that is put together from files. */
export interface LevelPlace {
  readonly level: number;
  readonly sweep: number;
  /** Requests of earlier levels. */
  readonly firstRequest: number;
  readonly startMs: number;
}

/** A level as a log has it. */
export interface LevelEvents {
  readonly events: readonly RunEvent[];
  readonly texts: readonly ExchangeText[];
  /** What the texts' prompts are slices of. */
  readonly source: string;
  readonly endMs: number;
}

const worker = 1;

/**
 * Makes the events of a level. Where the file has start times the level runs as it did then; where it has durations only,
 * every request begins with the level, the level never starts, and nothing is measured over time.
 */
export function levelEvents(imported: ImportedLevel, { level, sweep, firstRequest, startMs }: LevelPlace): LevelEvents {
  const { load, promptLength, maxNewTokens, streaming, seconds, requests } = imported;
  const clients = Math.min(imported.clients, requests.length);
  const isTimed = requests.every(({ sentAtMs }) => sentAtMs !== undefined);
  const ids = (request: ImportedRequest, index: number): RequestIds => ({
    level,
    request: firstRequest + index,
    client: request.client,
    sentAtMs: startMs + (request.sentAtMs ?? 0),
  });
  const happened = requests.flatMap((request, index) => requestEvents(request, ids(request, index)));
  const endMs = happened.reduce((latest, { atMs }) => Math.max(latest, atMs), startMs + (seconds ?? 0) * 1000);
  const prepared: LevelPrepared = {
    ...{ type: 'level.prepared', worker: 0, atMs: startMs, level, sweep, load, clients, workers: 1 },
    ...{ planned: requests.length, promptLength, maxNewTokens, streaming },
    ...(isTimed ? {} : { untimed: seconds === undefined ? {} : { seconds } }),
  };
  const phases = isTimed ? [...started(level, startMs), ...drained(requests, level, startMs)] : [];
  const between = [...phases, ...happened].sort((one, other) => one.atMs - other.atMs);
  return {
    events: [prepared, ...between, { type: 'level.finished', worker: 0, atMs: endMs, level, status: 'completed' }],
    ...textsOf(requests, level, firstRequest),
    endMs,
  };
}

interface RequestIds {
  readonly level: number;
  readonly request: number;
  readonly client: number;
  readonly sentAtMs: number;
}

function requestEvents(imported: ImportedRequest, { sentAtMs, ...ids }: RequestIds): readonly RunEvent[] {
  const { promptTokens, maxNewTokens = 0, chunksMs, failure } = imported;
  const at = { ...ids, worker, warmup: false };
  const closedAtMs = sentAtMs + imported.closedMs;
  const stamps = {
    scheduledAtMs: sentAtMs,
    closedAtMs,
    chunks: chunksMs?.length ?? imported.chunks ?? 0,
    ...tokenStamps(imported, sentAtMs),
  };
  const events: RunEvent[] = [];
  if (failure?.kind !== 'connect') {
    events.push({ type: 'request.sent', ...at, atMs: sentAtMs, scheduledAtMs: sentAtMs, promptTokens, maxNewTokens });
  }
  if (chunksMs !== undefined && chunksMs.length > 0) {
    const { client: _, ...rest } = at;
    const chunkAtMs = Float64Array.from(chunksMs, (ms) => sentAtMs + ms);
    events.push({ type: 'request.progressed', ...rest, atMs: chunkAtMs.at(-1) ?? closedAtMs, chunkAtMs });
  }
  if (failure !== undefined) {
    const sent = failure.kind === 'connect' ? {} : { sentAtMs };
    return [...events, { type: 'request.failed', ...at, ...sent, ...stamps, ...failure, atMs: closedAtMs }];
  }
  const { streamed, outputTokens, tokenSource } = imported;
  const answer = { streamed, promptTokens, outputTokens, tokenSource };
  return [...events, { type: 'request.completed', ...at, sentAtMs, ...stamps, ...answer, atMs: closedAtMs }];
}

function tokenStamps({ firstTokenMs, lastTokenMs }: ImportedRequest, sentAtMs: number) {
  return {
    ...(firstTokenMs === undefined ? {} : { firstTokenAtMs: sentAtMs + firstTokenMs }),
    ...(lastTokenMs === undefined ? {} : { lastTokenAtMs: sentAtMs + lastTokenMs }),
  };
}

function started(level: number, atMs: number): readonly RunEvent[] {
  return [{ type: 'level.started', worker: 0, atMs, level }];
}

/** A client drains when its last request has ended. */
function drained(requests: readonly ImportedRequest[], level: number, startMs: number): readonly RunEvent[] {
  const lastMs = new Map<number, number>();
  for (const { client, sentAtMs = 0, closedMs } of requests) {
    lastMs.set(client, Math.max(lastMs.get(client) ?? 0, sentAtMs + closedMs));
  }
  return [...lastMs].map(([client, ms]) => {
    return { type: 'client.phaseChanged', worker, atMs: startMs + ms, level, client, phase: 'draining' };
  });
}

/** Prompts stand one after the other in one source. */
function textsOf(requests: readonly ImportedRequest[], level: number, firstRequest: number) {
  const prompts: string[] = [];
  const texts: ExchangeText[] = [];
  let from = 0;
  for (const [index, { client, text }] of requests.entries()) {
    if (text === undefined) continue;
    const { prompt, answer, raw } = text;
    const slices = [from, from + prompt.length];
    from += prompt.length;
    prompts.push(prompt);
    const exchange = { request: firstRequest + index, level, client, warmup: false, source: level, slices, answer };
    texts.push(raw === undefined ? exchange : { ...exchange, raw });
  }
  return { texts, source: prompts.join('') };
}
