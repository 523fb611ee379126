import { randomStream } from '../../src/core/random.ts';
import type { ClientPhase, LevelPrepared, Recorded, RunEvent } from '../../src/events/events.ts';
import { BatchingEngine } from '../../src/simulator/batchingEngine.ts';
import type { SimulatorOptions } from '../../src/simulator/simulatorOptions.ts';

/** A level that closed-loop clients run against the engine; lengths are uniform, half their mean to either side. */
export interface SimulatedLoad {
  readonly seed: number;
  readonly level?: number;
  readonly clients: number;
  readonly requestsPerClient: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Share of the requests that fail when their answer is whole. */
  readonly failureRatio?: number;
}

interface Exchange {
  readonly client: number;
  readonly sentAtMs: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly chunkAtMs: number[];
}

const arrivalSpacingMs = 1e-6; // of simulated clients, since no two arrivals of real ones coincide

/** The events of a whole level on virtual time, as one worker would have seen them. */
export function simulatedLevel(options: SimulatorOptions, load: SimulatedLoad): readonly RunEvent[] {
  const { seed, clients, requestsPerClient, level = 0 } = load;
  const engine = new BatchingEngine({ ...options, simulator_seed: seed });
  const random = randomStream(seed, 'simulated level', level);
  const lengthOf = (mean: number): number => Math.max(2, Math.round(mean * (0.5 + random())));
  const events: RunEvent[] = [prepared(load), { type: 'level.started', worker: 0, atMs: 0, level }];
  const open = new Map<number, Exchange>();
  const left = Array.from({ length: clients }, () => requestsPerClient);
  let sent = 0;
  let endedAtMs = 0;
  const change = (client: number, phase: ClientPhase, atMs: number): void =>
    void events.push({ type: 'client.phaseChanged', worker: 1, atMs, level, client, phase });
  const send = (client: number, atMs: number): void => {
    if (left[client] === 0) {
      change(client, 'draining', atMs);
      change(client, 'stopped', atMs);
      return;
    }
    left[client] = (left[client] as number) - 1;
    const request = sent++;
    const lengths = { promptTokens: lengthOf(load.promptTokens), outputTokens: lengthOf(load.outputTokens) };
    open.set(request, { client, sentAtMs: atMs, ...lengths, chunkAtMs: [] });
    const asked = { promptTokens: lengths.promptTokens, maxNewTokens: lengths.outputTokens };
    const at = { worker: 1, atMs, level, client, request, warmup: false, scheduledAtMs: atMs };
    events.push({ type: 'request.sent', ...at, ...asked });
    engine.submit({ sequence: request, ...asked, atMs });
  };
  for (let client = 0; client < clients; client++) send(client, client * arrivalSpacingMs);
  for (let deadline = engine.nextDeadlineMs(); deadline !== undefined; deadline = engine.nextDeadlineMs()) {
    for (const step of engine.advance(deadline)) {
      endedAtMs = step.endedAtMs;
      let nextAtMs = endedAtMs;
      for (const { sequence, last } of step.tokens) {
        const exchange = open.get(sequence) as Exchange;
        exchange.chunkAtMs.push(endedAtMs);
        if (!last) continue;
        open.delete(sequence);
        events.push(...outcomeOf(exchange, sequence, load, random() < (load.failureRatio ?? 0)));
        nextAtMs += arrivalSpacingMs;
        send(exchange.client, nextAtMs);
      }
    }
  }
  events.push({ type: 'level.finished', worker: 0, atMs: endedAtMs + 1, level, status: 'completed' });
  return events;
}

/** A whole run of one sweep: its levels one after the other, numbered as a log numbers them. */
export function simulatedRun(
  options: SimulatorOptions,
  clients: readonly number[],
  load: Omit<SimulatedLoad, 'clients' | 'level'>,
): readonly Recorded[] {
  const main = { worker: 0, atMs: 0 };
  const names = { runId: `simulated-${load.seed}`, startedAt: '2026-01-01T00:00:00.000Z', version: '0.0.0' };
  const what = { api: 'simulator', model: 'simulated', tokenizer: 'o200k_base', machine: {} };
  const given = { seed: load.seed, step_base_ms: options.step_base_ms };
  const events: RunEvent[] = [
    { type: 'run.started', ...main, schemaVersion: 1, ...names, ...what, options: given },
    { type: 'sweep.started', ...main, sweep: 0, options: given },
  ];
  for (const [level, count] of clients.entries()) {
    const beganAtMs = events.at(-1)?.atMs ?? 0;
    for (const event of simulatedLevel(options, { ...load, clients: count, level })) {
      events.push(delayed(event, beganAtMs));
    }
  }
  events.push({ type: 'run.finished', worker: 0, atMs: events.at(-1)?.atMs ?? 0, exitCode: 0, digest: '' });
  return events.map((event, seq) => ({ ...event, seq }));
}

function prepared({ level = 0, clients, requestsPerClient, promptTokens, outputTokens }: SimulatedLoad): LevelPrepared {
  const load = { kind: 'clients', value: clients } as const;
  const asked = { planned: clients * requestsPerClient, promptLength: promptTokens, maxNewTokens: outputTokens };
  return {
    type: 'level.prepared',
    worker: 0,
    atMs: 0,
    level,
    sweep: 0,
    load,
    clients,
    workers: 1,
    streaming: true,
    ...asked,
  };
}

function outcomeOf(exchange: Exchange, request: number, load: SimulatedLoad, fails: boolean): readonly RunEvent[] {
  const { client, sentAtMs, promptTokens, outputTokens, chunkAtMs } = exchange;
  const closedAtMs = chunkAtMs.at(-1) as number;
  const at = { worker: 1, atMs: closedAtMs, level: load.level ?? 0, request, warmup: false };
  const stamps = { client, scheduledAtMs: sentAtMs, sentAtMs, closedAtMs, chunks: chunkAtMs.length };
  const tokenAtMs = { firstTokenAtMs: chunkAtMs[0] as number, lastTokenAtMs: closedAtMs };
  const chunks = { chunkAtMs: Float64Array.from(chunkAtMs), chunkTokens: new Uint32Array(chunkAtMs.length).fill(1) };
  return [
    { type: 'request.progressed', ...at, ...chunks },
    fails
      ? { type: 'request.failed', ...at, ...stamps, ...tokenAtMs, kind: 'stream', reason: 'truncated' }
      : {
          type: 'request.completed',
          ...at,
          ...stamps,
          ...tokenAtMs,
          streamed: true,
          promptTokens,
          outputTokens,
          tokenSource: 'usage',
          firstChunkTokens: 1,
        },
  ];
}

/** The same event as much later. */
function delayed(event: RunEvent, byMs: number): RunEvent {
  const moved = { ...event, atMs: event.atMs + byMs };
  if (moved.type === 'request.sent') return { ...moved, scheduledAtMs: moved.scheduledAtMs + byMs };
  if (moved.type === 'request.progressed') return { ...moved, chunkAtMs: moved.chunkAtMs.map((atMs) => atMs + byMs) };
  if (moved.type !== 'request.completed' && moved.type !== 'request.failed') return moved;
  const { sentAtMs = 0, firstTokenAtMs = 0, lastTokenAtMs = 0 } = moved;
  return {
    ...moved,
    scheduledAtMs: moved.scheduledAtMs + byMs,
    sentAtMs: sentAtMs + byMs,
    firstTokenAtMs: firstTokenAtMs + byMs,
    lastTokenAtMs: lastTokenAtMs + byMs,
    closedAtMs: moved.closedAtMs + byMs,
  };
}
