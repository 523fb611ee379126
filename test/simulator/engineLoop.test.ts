import { expect, test } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import { BatchingEngine } from '../../src/simulator/batchingEngine.ts';
import { EngineLoop } from '../../src/simulator/engineLoop.ts';
import { EngineMetrics } from '../../src/simulator/engineMetrics.ts';
import { parameters } from './parameters.ts';

/** Its timer fires when the test says so, however late. */
class LateClock implements Clock {
  atMs = 0;
  dueMs: number | undefined;
  #callback: (() => void) | undefined;

  nowMs(): number {
    return this.atMs;
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    this.dueMs = this.atMs + delayMs;
    this.#callback = callback;
    return callback;
  }

  clearTimeout(): void {
    this.dueMs = undefined;
    this.#callback = undefined;
  }

  fireAt(atMs: number): void {
    this.atMs = atMs;
    const callback = this.#callback;
    this.clearTimeout();
    callback?.();
  }
}

function loopWith(clock: Clock) {
  const steps = { step_base_ms: 10, step_per_seq_ms: 0, step_per_prefill_token_ms: 0 };
  const engine = new BatchingEngine(parameters(steps));
  const metrics = new EngineMetrics();
  const writes: string[] = [];
  const receiver = () => {
    let unwritten = '';
    return {
      token: (token: number, last: boolean) => {
        unwritten += `${token}${last ? '.' : ' '}`;
      },
      flush: () => {
        writes.push(`${clock.nowMs()}: ${unwritten}`);
        unwritten = '';
      },
    };
  };
  return { loop: new EngineLoop(engine, clock, metrics), engine, metrics, writes, receiver };
}

test('a timer that fires late hands over all that is due in one write, and the next deadline stands', () => {
  const clock = new LateClock();
  const { loop, writes, receiver } = loopWith(clock);
  loop.submit(1, 5, receiver());
  expect(clock.dueMs).toBe(10);
  clock.fireAt(34);
  expect(writes).toEqual(['34: 1 2 3 ']);
  expect(clock.dueMs).toBe(40);
  clock.fireAt(50);
  expect(writes).toEqual(['34: 1 2 3 ', '50: 4 5.']);
  expect(clock.dueMs).toBeUndefined();
});

test('a timer that fires early writes nothing and is set again', () => {
  const clock = new LateClock();
  const { loop, writes, receiver } = loopWith(clock);
  loop.submit(1, 1, receiver());
  clock.fireAt(9.5);
  expect(writes).toEqual([]);
  expect(clock.dueMs).toBe(10);
});

test('metrics tell the times of the engine, not of the late timer', () => {
  const clock = new LateClock();
  const { loop, engine, metrics, receiver } = loopWith(clock);
  loop.submit(7, 3, receiver());
  clock.fireAt(99);
  const text = metrics.render(engine, 100, 'm"x');
  const labels = '{engine="0",model_name="m\\"x"}';
  expect(text).toContain(`vllm:time_to_first_token_seconds_sum${labels} 0.01\n`);
  expect(text).toContain(`vllm:e2e_request_latency_seconds_sum${labels} 0.03\n`);
  expect(text).toContain(`vllm:inter_token_latency_seconds_count${labels} 2\n`);
  expect(text).toContain(`vllm:request_time_per_output_token_seconds_sum${labels} 0.01\n`);
  expect(text).toContain(`vllm:prompt_tokens_total${labels} 7\n`);
  expect(text).toContain(`vllm:generation_tokens_total${labels} 3\n`);
});

test('a cancelled sequence gets nothing more', () => {
  const clock = new LateClock();
  const { loop, engine, writes, receiver } = loopWith(clock);
  const sequence = loop.submit(1, 5, receiver());
  clock.fireAt(10);
  loop.cancel(sequence);
  expect(engine.running).toBe(0);
  clock.fireAt(100);
  expect(writes).toEqual(['10: 1 ']);
  expect(clock.dueMs).toBeUndefined();
});
