import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Watermark } from '../../src/metrics/watermark.ts';

test('the watermark is the least of the latest stamps, once every worker was heard of', () => {
  const watermark = new Watermark(2);
  expect([watermark.observe(1, 10), watermark.atMs]).toEqual([false, Number.NEGATIVE_INFINITY]);
  expect([watermark.observe(2, 4), watermark.atMs]).toEqual([true, 4]);
  expect([watermark.observe(1, 20), watermark.atMs]).toEqual([false, 4]);
  expect([watermark.observe(2, 30), watermark.atMs]).toEqual([true, 20]);
});

test('the main process moves nothing', () => {
  const watermark = new Watermark(1);
  expect(watermark.observe(0, 99)).toBe(false);
  expect(watermark.atMs).toBe(Number.NEGATIVE_INFINITY);
});

test('whatever comes, it equals the least of the largest stamps of each worker', () => {
  const observed = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 50 })));
  fc.assert(
    fc.property(observed, (events) => {
      const watermark = new Watermark(3);
      for (const [worker, atMs] of events) watermark.observe(worker, atMs);
      const latest = [1, 2, 3].map((worker) =>
        Math.max(...events.filter(([by]) => by === worker).map(([, atMs]) => atMs)),
      );
      expect(watermark.atMs).toBe(Math.min(...latest));
    }),
  );
});
