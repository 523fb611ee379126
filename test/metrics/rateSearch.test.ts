import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AttainmentBlock, judgeAttainment } from '../../src/metrics/attainment.ts';
import { AttainmentTally } from '../../src/metrics/attainmentTally.ts';
import { bracketOf, type ObjectiveProbe } from '../../src/metrics/objectiveBracket.ts';
import { mostProbes, nextRate } from '../../src/metrics/rateSearch.ts';

const blocks = (count: number, missed: readonly number[]): readonly AttainmentBlock[] =>
  missed.map((each) => ({ count, missed: each }));

test('a share is held or missed once its interval lies to one side of the target, and open before', () => {
  const few = Array.from({ length: 20 }, (_, index) => index % 2);
  expect(judgeAttainment(blocks(20, few), 0.9, 0.01)?.verdict).toBe('held');
  expect(judgeAttainment(blocks(20, few), 0.97, 0.01)?.verdict).toBe('open');
  expect(judgeAttainment(blocks(20, Array(20).fill(5)), 0.9, 0.01)?.verdict).toBe('missed');
  expect(judgeAttainment(blocks(20, [5]), 0.9, 0.01)).toBeUndefined();
});

test('misses that come together tell as little as fewer requests', () => {
  const spread = judgeAttainment(blocks(50, Array(20).fill(1)), 0.9, 0.01);
  const together = judgeAttainment(blocks(50, [20, ...Array(19).fill(0)]), 0.9, 0.01);
  expect(spread?.ratio).toBeCloseTo(together?.ratio ?? 0, 9);
  expect(spread?.effectiveRequests).toBe(1000);
  expect(together?.effectiveRequests).toBeLessThan(100);
  expect((together?.high ?? 0) - (together?.low ?? 0)).toBeGreaterThan((spread?.high ?? 0) - (spread?.low ?? 0));
});

test('looks come at 200 requests and with each half as many more; a rate is held no sooner than 100 limits', () => {
  const tally = new AttainmentTally({ attain: 0.9, chance: 0.01, limitMs: 1000 }, 0);
  const verdicts = new Map<number, string>();
  for (let request = 0; request < 3000; request++) {
    tally.add(request * 50, true);
    const look = tally.look(request * 50);
    if (look !== undefined) verdicts.set(look.looks, look.verdict);
  }
  expect(tally.latest?.requests).toBeGreaterThanOrEqual(1800); // 100 s at 20 a second, without the first tenth
  expect([...verdicts.values()]).toEqual([...Array(verdicts.size - 1).fill('open'), 'held']);
});

/** A server that keeps the objective up to a rate, and says so where the rate is not too close to it. */
const answering = (trueRate: number, unsure: number) => (ratePerSec: number) => {
  if (Math.abs(ratePerSec / trueRate - 1) < unsure) return 'open' as const;
  return ratePerSec < trueRate ? ('held' as const) : ('missed' as const);
};

test('a search brackets any rate, wherever the plateau is, within 5 % or as far as verdicts go', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.02, max: 1.4, noNaN: true }),
      fc.double({ min: 0, max: 0.2, noNaN: true }),
      fc.double({ min: 0.1, max: 1000, noNaN: true }),
      (share, unsure, plateau) => {
        const truth = share * plateau;
        const answer = answering(truth, unsure);
        const probes: ObjectiveProbe[] = [];
        for (let next = nextRate([], plateau); next.kind === 'run'; next = nextRate(probes, plateau)) {
          probes.push({ load: next.ratePerSec, verdict: answer(next.ratePerSec) });
        }
        expect(probes.length).toBeLessThanOrEqual(mostProbes);
        const { from: fromPerSec, to: toPerSec = Number.POSITIVE_INFINITY } = bracketOf(probes);
        expect(fromPerSec).toBeLessThanOrEqual(truth * 1.001);
        expect(toPerSec).toBeGreaterThanOrEqual(truth * 0.999);
        if (probes.length < mostProbes) expect(toPerSec - fromPerSec).toBeLessThan((0.06 + 2.7 * unsure) * toPerSec);
      },
    ),
  );
});

test('a verdict that another one contradicts counts for the cautious side', () => {
  const probes = [
    { load: 10, verdict: 'held' },
    { load: 8, verdict: 'missed' },
    { load: 6, verdict: 'held' },
  ] as const;
  expect(bracketOf(probes)).toEqual({ from: 6, to: 8 });
});

test('a rate at which the load generator was the limit is tried once more, and ends the search the second time', () => {
  const first = { load: 7, verdict: 'untrusted' } as const;
  expect(nextRate([first], 10)).toEqual({ kind: 'run', ratePerSec: 7 });
  expect(nextRate([first, { load: 7, verdict: 'held' }], 10)).toMatchObject({ kind: 'run', ratePerSec: 10.5 });
  expect(nextRate([first, first], 10)).toMatchObject({ kind: 'stop', why: 'untrusted' });
});
