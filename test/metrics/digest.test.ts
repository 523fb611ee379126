import { expect, test } from 'vitest';
import { canonical, Digest } from '../../src/metrics/digest.ts';
import { madeUpLevel } from './madeUpLevel.ts';

const level = (requestsPerSec: number) =>
  ({ type: 'level.summarized', atSeq: 1, atMs: 1, summary: madeUpLevel(1, requestsPerSec, 1) }) as const;

function digestOf(feed: (digest: Digest) => void): string {
  const digest = new Digest();
  feed(digest);
  return digest.hex();
}

test('one bit of one figure changes the digest', () => {
  const one = digestOf((digest) => digest.add(level(1)));
  expect(one).toMatch(/^[0-9a-f]{64}$/);
  expect(digestOf((digest) => digest.add(level(1 + Number.EPSILON)))).not.toBe(one);
});

test('figures and decisions may reach it in either order, but each in its own', () => {
  const one = digestOf((digest) => [
    digest.add(level(1)),
    digest.addDecision({ value: 1 }),
    digest.addDecision({ value: 2 }),
  ]);
  expect(
    digestOf((digest) => [digest.addDecision({ value: 1 }), digest.addDecision({ value: 2 }), digest.add(level(1))]),
  ).toBe(one);
  expect(
    digestOf((digest) => [digest.add(level(1)), digest.addDecision({ value: 2 }), digest.addDecision({ value: 1 })]),
  ).not.toBe(one);
});

test('the canonical form knows no order of keys, but that of arrays', () => {
  expect(canonical({ b: [{ d: 1, c: 2 }], a: undefined })).toBe('{"b":[{"c":2,"d":1}]}\n');
  expect(canonical({ a: [2, 1] })).not.toBe(canonical({ a: [1, 2] }));
});

test('asking for it does not end it', () => {
  const digest = new Digest();
  const empty = digest.hex();
  expect(digest.hex()).toBe(empty);
  digest.add(level(1));
  expect(digest.hex()).not.toBe(empty);
});
