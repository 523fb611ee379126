import { randomStream } from '../src/core/random.ts';
import { packBatch } from '../src/events/codec.ts';
import { type RunEvent, schemaVersion } from '../src/events/events.ts';
import { createLmdbLog } from '../src/sinks/lmdbLog.ts';

const clients = 64;
const workers = 2;
const chunks = 8;
/** Three events are numbered for each request. */
export const chunksPerEvent = chunks / 3;
/** A client sends a request every so often; all of its events lie within. */
const roundMs = 400;
const roundsInBatch = 5;
/** Batches on their way to the disk at most. */
const mostUnderway = 64;

/**
 * Writes the log of a made-up run of one level through the log's own writer: streamed requests of 8 chunks each, from
 * 64 clients of two workers, on virtual time.
 *
 * @returns the number of events
 */
export async function writeMadeUpLog(path: string, requests: number): Promise<number> {
  const log = createLmdbLog(path);
  let count = 0;
  const underway: Promise<unknown>[] = [];
  const append = async (events: readonly RunEvent[]): Promise<void> => {
    count += events.length;
    underway.push(log.append(packBatch(events)));
    if (underway.length === mostUnderway) await Promise.all(underway.splice(0));
  };
  const random = randomStream(1, 'made-up log');
  const rounds = Math.ceil(requests / clients);
  await append(opening(rounds * clients));
  for (let round = 0; round < rounds; round += roundsInBatch) {
    const until = Math.min(rounds, round + roundsInBatch);
    for (let worker = 1; worker <= workers; worker++) await append(eventsOfWorker(worker, round, until, random));
  }
  await append(closing(1000 + rounds * roundMs));
  await Promise.all(underway);
  await log.close();
  return count;
}

function eventsOfWorker(worker: number, from: number, to: number, random: () => number): readonly RunEvent[] {
  const events: RunEvent[] = [];
  for (let round = from; round < to; round++) {
    for (let client = worker - 1; client < clients; client += workers) {
      const sentAtMs = 1000 + round * roundMs + (client * roundMs) / clients / 2;
      events.push(...requestEvents(client, round * clients + client, sentAtMs, random));
    }
  }
  return events.sort((one, other) => one.atMs - other.atMs);
}

function opening(planned: number): readonly RunEvent[] {
  const main = { worker: 0, atMs: 0 };
  const asked = { promptLength: 100, maxNewTokens: chunks, streaming: true };
  const load = { kind: 'clients', value: clients } as const;
  const names = { runId: 'made-up', startedAt: '2026-01-01T00:00:00.000Z', version: '0.0.0' };
  const what = { api: 'dummy', model: 'made-up', tokenizer: 'o200k_base', machine: {} };
  const options = { num_clients: [clients] };
  return [
    { type: 'run.started', ...main, schemaVersion, ...names, ...what, options },
    { type: 'sweep.started', ...main, sweep: 0, options },
    { type: 'level.prepared', ...main, level: 0, sweep: 0, load, clients, workers, planned, ...asked },
    { type: 'level.started', ...main, atMs: 999, level: 0 },
  ];
}

function closing(atMs: number): readonly RunEvent[] {
  const drained = Array.from({ length: clients }, (_, client): RunEvent => {
    const worker = (client % workers) + 1;
    return { type: 'client.phaseChanged', worker, atMs, level: 0, client, phase: 'draining' };
  });
  return [
    ...drained,
    { type: 'level.finished', worker: 0, atMs: atMs + 1, level: 0, status: 'completed' },
    { type: 'run.finished', worker: 0, atMs: atMs + 2, exitCode: 0, digest: '' },
  ];
}

function requestEvents(client: number, request: number, sentAtMs: number, random: () => number): readonly RunEvent[] {
  const worker = (client % workers) + 1;
  const ids = { worker, level: 0, request, warmup: false };
  const chunkAtMs = new Float64Array(chunks);
  let atMs = sentAtMs + 20 + 20 * random();
  for (let index = 0; index < chunks; index++) {
    chunkAtMs[index] = atMs;
    atMs += 5 + 10 * random();
  }
  const firstTokenAtMs = chunkAtMs[0] as number;
  const lastTokenAtMs = chunkAtMs[chunks - 1] as number;
  const ended = { chunks, streamed: true, outputTokens: chunks, tokenSource: 'usage', firstChunkTokens: 1 } as const;
  const stamps = { scheduledAtMs: sentAtMs - 0.1, sentAtMs, headersAtMs: sentAtMs + 5, firstEventAtMs: firstTokenAtMs };
  const closedAtMs = lastTokenAtMs + 0.2;
  const sent = { scheduledAtMs: stamps.scheduledAtMs, promptTokens: 100, maxNewTokens: chunks };
  return [
    { type: 'request.sent', ...ids, client, atMs: sentAtMs, ...sent },
    {
      type: 'request.progressed',
      ...ids,
      atMs: lastTokenAtMs,
      chunkAtMs,
      chunkTokens: new Uint32Array(chunks).fill(1),
    },
    {
      type: 'request.completed',
      ...ids,
      client,
      atMs: closedAtMs,
      ...stamps,
      firstTokenAtMs,
      lastTokenAtMs,
      closedAtMs,
      ...ended,
      promptTokens: 100,
      finishReason: 'length',
    },
  ];
}
