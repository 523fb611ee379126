import { expect, test } from 'vitest';
import { judgeRun } from '../../src/commands/judgeRun.ts';
import type { RunEnd } from '../../src/commands/liveRun.ts';
import type { SweepPlan } from '../../src/commands/runPlan.ts';
import type { Decision } from '../../src/criteria/criterion.ts';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import { madeUpLevel } from '../metrics/madeUpLevel.ts';

const sweep = { options: { max_error_ratio: 0.5 } } as SweepPlan;
const decision: Decision = {
  criterion: 'stop',
  action: 'endSweep',
  ...{ level: 0, sweep: 0, atSeq: 9, atMs: 1000 },
  ...{ value: 700, limit: 500, message: 'with 4 clients, objective_missed(p90(ttft) < 500ms) (700 ms)' },
};

function judge(...decisions: readonly Decision[]) {
  const summary = { levels: [madeUpLevel(4, 10, 400)] } as unknown as RunSummary;
  return judgeRun({ output: { type: 'done' }, summary, decisions } as unknown as RunEnd, 0, sweep);
}

test('a rule that ends a sweep is no fault of anybody', () => {
  expect(judge(decision)).toEqual({ exitCode: 0 });
});

test('a sweep that ended over an objective is exit code 3, and each objective is named once', () => {
  const missed = { ...decision, missedObjectives: ['p90(ttft) < 500ms'] };
  expect(judge(missed, missed)).toEqual({
    exitCode: 3,
    reason: 'an objective was missed: p90(ttft) < 500ms (--stop)',
  });
});
