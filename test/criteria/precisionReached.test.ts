import { expect, test } from 'vitest';
import type { Decision } from '../../src/criteria/criterion.ts';
import { replay } from '../../src/criteria/replay.ts';
import type { Recorded } from '../../src/events/events.ts';
import { parameters } from '../simulator/parameters.ts';
import { simulatedRun } from '../simulator/simulatedLevel.ts';

const load = { seed: 1, requestsPerClient: 200, promptTokens: 64, outputTokens: 16 };
const events = simulatedRun(parameters({ step_jitter: 0.2 }), [4], load);
const options = { window_seconds: 10, early_stop_latency: 1e6, max_error_ratio: 1, stop_at_plateau: false };

function decisions(batch: readonly Recorded[], precision: number): readonly Decision[] {
  return replay([batch], { ...options, precision }).decisions;
}

test('a level is complete once its throughput is known well enough, and that is said once', () => {
  const [met, ...others] = decisions(events, 0.05);
  expect(others).toEqual([]);
  expect(met).toMatchObject({ criterion: 'precision', action: 'completeLevel', level: 0, limit: 0.05 });
  expect(met?.value).toBeLessThanOrEqual(0.05);
});

test('a level shorter than thirty median latencies is never called precise', () => {
  const { summary } = replay([events], { ...options });
  const medianMs = summary.levels[0]?.e2eMs.p50 ?? 0;
  const [met] = decisions(events, 1);
  expect(met?.atMs).toBeGreaterThanOrEqual(30 * medianMs);
});

test('a precision that is not reached decides nothing', () => {
  expect(decisions(events, 1e-6)).toEqual([]);
});
