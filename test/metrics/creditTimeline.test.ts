import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CreditTimeline } from '../../src/metrics/creditTimeline.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

test('a constant flow gives equal batches, in tokens and in requests', () => {
  const timeline = new CreditTimeline(1000);
  timeline.addOver(1000, 11_000, 500, 20);
  for (const batch of timeline.batches('tokens', 1000, 11_000, 10)) expect(batch).toBeCloseTo(50, 6);
  for (const batch of timeline.batches('requests', 3003, 5003, 4)) expect(batch).toBeCloseTo(1, 6);
});

test('what arrives at once is in the batch of its moment', () => {
  const timeline = new CreditTimeline(0);
  timeline.addAt(155, 7, 1);
  expect(timeline.batches('tokens', 0, 400, 4)).toEqual([0, 7, 0, 0]);
});

test('nothing is lost when a long level makes the bins wider', () => {
  const credits = fc.array(fc.record({ fromMs: fc.nat(1e6), lengthMs: fc.nat(1e5), tokens: fc.nat(100) }));
  fc.assert(
    fc.property(credits, (all) => {
      const timeline = new CreditTimeline(0);
      for (const { fromMs, lengthMs, tokens } of all) timeline.addOver(fromMs, fromMs + lengthMs, tokens, 1);
      expect(sum(timeline.batches('tokens', 0, 2e6, 10))).toBeCloseTo(sum(all.map(({ tokens }) => tokens)), 6);
      expect(sum(timeline.batches('requests', 0, 2e6, 7))).toBeCloseTo(all.length, 6);
    }),
  );
});
