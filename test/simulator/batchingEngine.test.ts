import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchingEngine, type FinishedStep, type Submission } from '../../src/simulator/batchingEngine.ts';
import type { SimulatorOptions } from '../../src/simulator/simulatorOptions.ts';
import { parameters } from './parameters.ts';

/** Costs in round numbers: a step takes 10 ms, 1 more a decoding sequence, 0.1 more a prefilled token. */
const round = { step_base_ms: 10, step_per_seq_ms: 1, step_per_prefill_token_ms: 0.1 };

function engineWith(given: Partial<SimulatorOptions>, ...submissions: readonly [number, number, number][]) {
  const engine = new BatchingEngine(parameters({ ...round, ...given }));
  submissions.forEach(([promptTokens, maxNewTokens, atMs], sequence) => {
    engine.submit({ sequence, promptTokens, maxNewTokens, atMs });
  });
  return engine;
}

function emitted(steps: readonly FinishedStep[]): string[] {
  return steps.map(({ endedAtMs, tokens }) => {
    const words = tokens.map(({ sequence, token, last }) => `${sequence}#${token}${last ? '.' : ''}`);
    return `${endedAtMs}: ${words.join(' ')}`;
  });
}

test('a step costs a base, a share for each decoding sequence and a share for each prefilled token', () => {
  const engine = engineWith({}, [100, 3, 0], [50, 2, 0]);
  expect(emitted(engine.advance(1000))).toEqual(['25: 0#1 1#1', '37: 0#2 1#2.', '48: 0#3.']);
  expect(engine.nextDeadlineMs()).toBeUndefined();
});

test('a step after idleness begins with the arrival', () => {
  const engine = engineWith({}, [100, 1, 5], [100, 1, 500]);
  expect(engine.advance(1000).map(({ beganAtMs, endedAtMs }) => [beganAtMs, endedAtMs])).toEqual([
    [5, 25],
    [500, 520],
  ]);
});

test('what arrives while a step runs waits for its end', () => {
  const engine = engineWith({}, [100, 2, 0], [100, 1, 19.9]);
  expect(emitted(engine.advance(1000))).toEqual(['20: 0#1', '41: 0#2. 1#1.']);
});

test('what arrived after a deadline misses the step that began there, however late the engine is looked at', () => {
  const engine = engineWith({}, [100, 2, 0]);
  engine.submit({ sequence: 1, promptTokens: 100, maxNewTokens: 1, atMs: 20.5 });
  expect(emitted(engine.advance(1000))).toEqual(['20: 0#1', '31: 0#2.', '51: 1#1.']);
});

test('a prompt longer than the budget is prefilled over several steps, and the last of them yields the first token', () => {
  const engine = engineWith({ max_num_batched_tokens: 100 }, [250, 1, 0]);
  const steps = engine.advance(1000);
  expect(steps.map(({ prefilledTokens }) => prefilledTokens)).toEqual([100, 100, 50]);
  expect(emitted(steps)).toEqual(['20: ', '40: ', '55: 0#1.']);
});

test('a sequence that does not fit into the KV budget waits, and so do smaller ones behind it', () => {
  const engine = engineWith({ kv_cache_tokens: 200 }, [100, 2, 0], [100, 2, 0], [10, 1, 0]);
  engine.advance(0);
  expect([engine.running, engine.waiting, engine.reservedTokens]).toEqual([1, 2, 102]);
  expect(emitted(engine.advance(1000))).toEqual(['20: 0#1', '31: 0#2.', '52: 1#1 2#1.', '63: 1#2.']);
});

test('a cancelled sequence frees its slot at once, and its step lasts as long as it would have', () => {
  const engine = engineWith({ max_num_seqs: 1 }, [100, 5, 0], [100, 1, 0]);
  engine.advance(25);
  engine.cancel(0);
  expect([engine.running, engine.waiting, engine.reservedTokens]).toEqual([0, 1, 0]);
  expect(emitted(engine.advance(1000))).toEqual(['31: ', '51: 1#1.']);
});

test('a cancelled sequence that waits is never run', () => {
  const engine = engineWith({ max_num_seqs: 1 }, [100, 1, 0], [100, 1, 0], [100, 1, 0]);
  engine.advance(0);
  engine.cancel(1);
  expect(emitted(engine.advance(1000))).toEqual(['20: 0#1.', '40: 2#1.']);
});

test.each([
  ['an empty prompt', 0, 1],
  ['an empty answer', 1, 0],
  ['more than the KV budget', 150, 51],
])('%s is refused', (_what, promptTokens, maxNewTokens) => {
  const engine = engineWith({ kv_cache_tokens: 200 });
  expect(() => engine.submit({ sequence: 0, promptTokens, maxNewTokens, atMs: 0 })).toThrow(RangeError);
});

test('jitter multiplies the cost of steps by up to its share either way, the same for the same seed', () => {
  const durations = (simulator_seed: number) =>
    engineWith({ step_jitter: 0.5, simulator_seed, step_per_seq_ms: 0 }, [1, 400, 0])
      .advance(1e6)
      .slice(1)
      .map(({ beganAtMs, endedAtMs }) => endedAtMs - beganAtMs);
  const first = durations(1);
  expect(Math.min(...first)).toBeGreaterThanOrEqual(5 - 1e-9);
  expect(Math.max(...first)).toBeLessThanOrEqual(15 + 1e-9);
  expect(first.reduce((sum, ms) => sum + ms) / first.length).toBeCloseTo(10, 0);
  expect(durations(1)).toEqual(first);
  expect(durations(2)).not.toEqual(first);
});

const engineParameters = fc.record({
  max_num_seqs: fc.integer({ min: 1, max: 6 }),
  max_num_batched_tokens: fc.integer({ min: 1, max: 80 }),
  kv_cache_tokens: fc.integer({ min: 60, max: 200 }),
  step_jitter: fc.constantFrom(0, 0.3),
});
const submissionShapes = fc.array(
  fc.record({
    promptTokens: fc.integer({ min: 1, max: 40 }),
    maxNewTokens: fc.integer({ min: 1, max: 20 }),
    afterMs: fc.integer({ min: 0, max: 60 }),
    cancelledAfterMs: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined, freq: 4 }),
  }),
  { maxLength: 25 },
);

test('over any run tokens are conserved, budgets hold, admission is first come first served, and time does not drift', () => {
  fc.assert(
    fc.property(engineParameters, submissionShapes, (given, shapes) => {
      const engine = new BatchingEngine(parameters({ ...round, ...given }));
      let atMs = 0;
      const submissions = shapes.map((shape, sequence): Submission & { cancelAtMs: number } => {
        atMs += shape.afterMs;
        return { ...shape, sequence, atMs, cancelAtMs: atMs + (shape.cancelledAfterMs ?? Number.POSITIVE_INFINITY) };
      });
      const happenings = [
        ...submissions.map((submission) => ({ atMs: submission.atMs, happen: () => engine.submit(submission) })),
        ...submissions.map(({ sequence, cancelAtMs }) => ({ atMs: cancelAtMs, happen: () => engine.cancel(sequence) })),
      ].sort((a, b) => a.atMs - b.atMs);
      const steps: FinishedStep[] = [];
      for (const { atMs, happen } of happenings) {
        steps.push(...engine.advance(Math.min(atMs, 1e6)));
        if (Number.isFinite(atMs)) happen();
        expect(engine.running).toBeLessThanOrEqual(given.max_num_seqs);
        expect(engine.reservedTokens).toBeLessThanOrEqual(given.kv_cache_tokens);
      }
      steps.push(...engine.advance(1e6));
      expect([engine.running, engine.waiting, engine.reservedTokens]).toEqual([0, 0, 0]);

      const tokens = steps.flatMap((step) => step.tokens);
      for (const { sequence, maxNewTokens, cancelAtMs } of submissions) {
        const numbers = tokens.filter((token) => token.sequence === sequence).map(({ token }) => token);
        expect(numbers).toEqual(Array.from(numbers, (_, index) => index + 1));
        if (cancelAtMs === Number.POSITIVE_INFINITY) expect(numbers.length).toBe(maxNewTokens);
        else expect(numbers.length).toBeLessThanOrEqual(maxNewTokens);
      }
      const firsts = tokens.filter(({ token }) => token === 1).map(({ sequence }) => sequence);
      expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));

      let busyUntilMs = 0;
      for (const { beganAtMs, endedAtMs, decodingSequences, prefilledTokens, tokens: ofStep } of steps) {
        expect(beganAtMs).toBeGreaterThanOrEqual(busyUntilMs);
        const arrived = submissions.some(({ atMs }) => atMs === beganAtMs);
        expect(beganAtMs === busyUntilMs || arrived).toBe(true);
        expect(prefilledTokens).toBeLessThanOrEqual(given.max_num_batched_tokens);
        expect(ofStep.length).toBeLessThanOrEqual(given.max_num_seqs);
        const costMs = 10 + decodingSequences + 0.1 * prefilledTokens;
        const spreadMs = costMs * given.step_jitter + 1e-9 * endedAtMs;
        expect(Math.abs(endedAtMs - beganAtMs - costMs)).toBeLessThanOrEqual(spreadMs);
        busyUntilMs = endedAtMs;
      }
    }),
    { numRuns: 300 },
  );
});

test('how often the engine is looked at changes nothing', () => {
  fc.assert(
    fc.property(engineParameters, submissionShapes, fc.integer({ min: 1, max: 97 }), (given, shapes, everyMs) => {
      const run = (lookEveryMs: number) => {
        const engine = new BatchingEngine(parameters({ ...round, ...given }));
        const steps: FinishedStep[] = [];
        let atMs = 0;
        let lookedAtMs = 0;
        shapes.forEach(({ promptTokens, maxNewTokens, afterMs }, sequence) => {
          atMs += afterMs + 0.5;
          for (; lookedAtMs + lookEveryMs < atMs; lookedAtMs += lookEveryMs) {
            steps.push(...engine.advance(lookedAtMs + lookEveryMs));
          }
          engine.submit({ sequence, promptTokens, maxNewTokens, atMs });
        });
        return [...steps, ...engine.advance(1e6)];
      };
      expect(run(everyMs)).toEqual(run(1));
    }),
  );
});
