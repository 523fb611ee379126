import { BatchingEngine } from './batchingEngine.ts';
import type { RequestLengths } from './simulateClosedLoop.ts';
import type { SimulatorOptions } from './simulatorOptions.ts';

/** One request of an open loop on virtual time, ms. */
export interface SimulatedRequest {
  readonly dueMs: number;
  readonly firstTokenMs: number;
  readonly endedMs: number;
}

/**
 * Sends requests to the engine on virtual time whenever they are due, whatever became of those before.
 * @param dueMs ascending
 * @param lengths of request `n`, from 0
 * @returns all of them, in the order in which they were due, once the last has ended
 */
export function simulateOpenLoop(
  options: SimulatorOptions,
  dueMs: readonly number[],
  lengths: (n: number) => RequestLengths,
): readonly SimulatedRequest[] {
  const engine = new BatchingEngine(options);
  const firstTokenMs = new Float64Array(dueMs.length);
  const endedMs = new Float64Array(dueMs.length);
  function advance(untilMs: number): void {
    for (const { endedAtMs, tokens } of engine.advance(untilMs)) {
      for (const { sequence, token, last } of tokens) {
        if (token === 1) firstTokenMs[sequence] = endedAtMs;
        if (last) endedMs[sequence] = endedAtMs;
      }
    }
  }
  for (const [sequence, atMs] of dueMs.entries()) {
    advance(atMs);
    const { promptTokens, outputTokens } = lengths(sequence);
    engine.submit({ sequence, promptTokens, maxNewTokens: outputTokens, atMs });
  }
  for (let next = engine.nextDeadlineMs(); next !== undefined; next = engine.nextDeadlineMs()) advance(next);
  return dueMs.map((due, n) => ({
    dueMs: due,
    firstTokenMs: firstTokenMs[n] as number,
    endedMs: endedMs[n] as number,
  }));
}
