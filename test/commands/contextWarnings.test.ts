import { expect, test } from 'vitest';
import { contextWarnings } from '../../src/commands/contextWarnings.ts';
import type { LevelPlan, SweepPlan } from '../../src/commands/runPlan.ts';

/** A sweep whose request n has a prompt of 100 + n tokens and an answer of 50. */
function sweepOf(sweep: number): SweepPlan {
  const draw = (request: number) => ({ request, promptTokens: 100 + request, maxNewTokens: 50 });
  return { sweep, prompts: { deck: { draw } } } as unknown as SweepPlan;
}

const level = (sweep: number, firstRequest: number, planned: number, skip = false) =>
  ({ sweep, firstRequest, planned, skip }) as LevelPlan;

test('requests longer than the context are told with their number and the longest of them', () => {
  const levels = [level(0, 0, 10), level(0, 10, 10), level(0, 20, 100, true), level(1, 0, 50)];
  expect(contextWarnings({ contextTokens: 165 }, [sweepOf(0)], levels)).toEqual([
    '4 of 20 requests are longer than the context of the server, 165 tokens: up to 119 tokens of prompt and 50 of answer. They will fail, or be cut short',
  ]);
});

test('where all fit, or the server does not tell its context, nothing is said', () => {
  expect(contextWarnings({ contextTokens: 169 }, [sweepOf(0)], [level(0, 0, 20)])).toEqual([]);
  expect(contextWarnings({}, [sweepOf(0)], [level(0, 0, 20)])).toEqual([]);
});

test('of several sweeps the one that does not fit is named, also where its loads are not planned yet', () => {
  const told = contextWarnings({ contextTokens: 1000 }, [sweepOf(0), sweepOf(1)], [level(0, 0, 20)]);
  expect(told).toEqual([expect.stringMatching(/^149 of 1 000 requests of sweep 2 are longer/)]);
});
