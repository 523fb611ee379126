import { randomStream } from '../../src/core/random.ts';
import type { Recorded, RunEvent } from '../../src/events/events.ts';
import { type HistoryOptions, interleave, levelHistory } from './eventHistory.ts';

/** The log of a whole run of one sweep: a level for each number of clients, one after the other. */
export function runLog(options: HistoryOptions, clients: readonly number[], shuffleSeed = 1): Recorded[] {
  const random = randomStream(shuffleSeed, 'shuffle');
  const log: Recorded[] = [];
  const append = (event: RunEvent): void => void log.push({ ...event, seq: log.length });
  append({
    type: 'run.started',
    worker: 0,
    atMs: 0,
    schemaVersion: 1,
    runId: 'made-up',
    startedAt: '2026-01-01T00:00:00.000Z',
    version: '0.0.0',
    api: 'dummy',
    model: 'made-up-model',
    tokenizer: 'o200k_base',
    options: {},
    machine: {},
  });
  append({ type: 'sweep.started', worker: 0, atMs: 0, sweep: 0, options: { prompt_length: 100 } });
  let beginAtMs = 10;
  clients.forEach((count, level) => {
    const history = levelHistory({ ...options, level, clients: count, beginAtMs });
    log.push(...interleave(history, random, log.length));
    beginAtMs = history.endMs + 10;
  });
  append({ type: 'run.finished', worker: 0, atMs: beginAtMs, exitCode: 0, digest: '' });
  return log;
}
