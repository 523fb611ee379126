import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../src/core/random.ts';
import { capacityAt, plateauOf, saturationClients } from '../../src/simulator/capacity.ts';
import { simulateClosedLoop } from '../../src/simulator/simulateClosedLoop.ts';
import type { SimulatorOptions } from '../../src/simulator/simulatorOptions.ts';
import { parameters } from './parameters.ts';

const lengths = { promptTokens: 256, outputTokens: 64 };
const ladder = [1, 2, 4, 8, 12, 16, 20, 24, 32];

function measured(options: SimulatorOptions, clients: number, of = lengths) {
  return simulateClosedLoop(options, {
    clients,
    warmupRequests: clients * 50,
    requests: clients * 30,
    lengths: () => of,
  });
}

test('a lone client pays each of its steps', () => {
  const e2eMs = 64 * 6 + 63 * 0.25 + 256 * 0.02;
  expect(capacityAt(parameters(), lengths, 1).e2eMs).toBeCloseTo(e2eMs, 9);
  expect(measured(parameters(), 1).e2eMs).toBeCloseTo(e2eMs, 3);
});

const limits = [
  ['slots', { max_num_seqs: 8 }, 8 / 64, 8],
  ['kvTokens', { kv_cache_tokens: 6 * 320 + 319 }, 6 / 64, 8],
  ['prefill', { max_num_batched_tokens: 32 }, 32 / 256, 12],
] as const;

test.each(limits)('the plateau is limited by %s', (limit, given, requestsPerStep, saturatedAt) => {
  const options = parameters(given);
  const plateau = plateauOf(options, lengths);
  const stepMs = 6 + requestsPerStep * (63 * 0.25 + 256 * 0.02);
  expect(plateau.limitedBy).toBe(limit);
  expect(plateau.requestsPerSec).toBeCloseTo((1000 * requestsPerStep) / stepMs, 9);
  expect(plateau.outputTokensPerSec).toBeCloseTo(plateau.requestsPerSec * 64, 9);
  expect(saturationClients(options, lengths, ladder)).toBe(saturatedAt);
});

test.each(limits)(
  'the engine limited by %s gives the computed curve, and saturates at the computed load',
  (_limit, given) => {
    const options = parameters(given);
    const curve = ladder.map((clients) => ({ clients, ...measured(options, clients) }));
    for (const { clients, requestsPerSec, outputTokensPerSec, e2eMs } of curve) {
      const computed = capacityAt(options, lengths, clients);
      expect(Math.abs(computed.requestsPerSec / requestsPerSec - 1)).toBeLessThan(0.02);
      expect(Math.abs(computed.outputTokensPerSec / outputTokensPerSec - 1)).toBeLessThan(0.02);
      expect(Math.abs(computed.e2eMs / e2eMs - 1)).toBeLessThan(0.02);
    }
    const highest = Math.max(...curve.map(({ outputTokensPerSec }) => outputTokensPerSec));
    const found = curve.find(({ outputTokensPerSec }) => outputTokensPerSec >= 0.95 * highest);
    expect(found?.clients).toBe(saturationClients(options, lengths, ladder));
  },
);

test('over many sets of parameters the engine agrees within 2 % for answers of 8 tokens or more', () => {
  const sets = fc.record({
    promptTokens: fc.integer({ min: 8, max: 3000 }),
    outputTokens: fc.integer({ min: 8, max: 80 }),
    max_num_seqs: fc.integer({ min: 1, max: 32 }),
    max_num_batched_tokens: fc.integer({ min: 64, max: 4096 }),
    fitting: fc.integer({ min: 1, max: 32 }),
    clients: fc.integer({ min: 1, max: 48 }),
    step_jitter: fc.constantFrom(0, 0.2),
  });
  fc.assert(
    fc.property(sets, ({ promptTokens, outputTokens, fitting, clients, ...given }) => {
      const of = { promptTokens, outputTokens };
      const options = parameters({ ...given, kv_cache_tokens: fitting * (promptTokens + outputTokens) });
      const { requestsPerSec } = measured(options, clients, of);
      expect(Math.abs(capacityAt(options, of, clients).requestsPerSec / requestsPerSec - 1)).toBeLessThan(0.02);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test('with lengths that vary, the means give the plateau of slots within 2 %', () => {
  const options = parameters();
  const random = randomStream(1, 'lengths');
  const { requestsPerSec } = simulateClosedLoop(options, {
    clients: 32,
    warmupRequests: 200,
    requests: 4000,
    lengths: () => ({ promptTokens: 156 + Math.floor(201 * random()), outputTokens: 44 + Math.floor(41 * random()) }),
  });
  expect(Math.abs(plateauOf(options, lengths).requestsPerSec / requestsPerSec - 1)).toBeLessThan(0.02);
});

test('a ladder whose last load still gains has no saturation point', () => {
  expect(saturationClients(parameters(), lengths, [1, 2, 4, 8])).toBeUndefined();
  expect(saturationClients(parameters(), lengths, [])).toBeUndefined();
});
