import { expect, test } from 'vitest';
import { type BenchRun, renderAgainst } from '../../bench/against.ts';
import { found, holds, renderFindings } from '../../bench/findings.ts';

function runOf(values: readonly number[], machine = { cores: 2 }): BenchRun {
  const findings = [found('a', 'CPU of a worker', 'us', values)];
  return { at: '2026-01-02T03:04:05.678Z', quick: false, pinned: true, version: '0.1.0', machine, findings };
}

test('a figure whose repeats lie apart from the earlier ones is marked as changed, with how much', () => {
  expect(renderAgainst(runOf([10, 11, 12]), runOf([20, 22, 24]))).toBe(
    [
      'Against the run of 2026-01-02T03:04:05.678Z:',
      '(a)  CPU of a worker  11 us (10 to 12)  ->  22 us (20 to 24)  2 times  changed',
    ].join('\n'),
  );
});

test('repeats that overlap, or a single value, are no change', () => {
  expect(renderAgainst(runOf([10, 11, 12]), runOf([12, 13, 14]))).not.toMatch(/changed/);
  expect(renderAgainst(runOf([10]), runOf([20]))).not.toMatch(/changed/);
});

test('a figure that the earlier run did not have is left out, and another machine is named', () => {
  const other = { ...runOf([1]), findings: [found('b', 'other', 'us', [1])] };
  expect(renderAgainst(other, runOf([1]))).toBe('Against the run of 2026-01-02T03:04:05.678Z:');
  expect(renderAgainst(runOf([1], { cores: 4 }), runOf([1]))).toMatch(/of another machine: only ratios/);
});

test('a figure is the median of its repeats, held against its floor and its goal', () => {
  const ratio = found('a', 'ratio', 'x', [1.4, 1, 1.2], { floor: 1.3, goal: 1.15 });
  expect([ratio.value, holds(ratio, 'floor'), holds(ratio, 'goal')]).toEqual([1.2, true, false]);
  const share = found('rates', 'share', 'x', [0.5], { goal: 0.45, atLeast: true });
  expect(holds(share, 'goal')).toBe(true);
  expect(renderFindings([ratio])).toBe('(a)  ratio  1.2 x  1 to 1.4  floor <= 1.3 holds  goal <= 1.15 MISSED');
});

test('nothing that was measured is an error, not a figure', () => {
  expect(() => found('a', 'none', 'us', [])).toThrow('nothing was measured');
});
