import fc from 'fast-check';
import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { backtest } from '../../src/criteria/backtest.ts';
import type { Decision } from '../../src/criteria/criterion.ts';
import { createPipeline } from '../../src/criteria/pipeline.ts';
import type { Recorded } from '../../src/events/events.ts';
import { parameters } from '../simulator/parameters.ts';
import { simulatedRun } from '../simulator/simulatedLevel.ts';
import { usual } from './streamItems.ts';

const options = {
  ...usual,
  early_stop_latency: 1e6,
  max_error_ratio: 1,
  window_seconds: 10,
  objective: ['p90(e2e) < 1s'],
};

/** A run that obeys: nothing is recorded after the decision that ends its only sweep. */
function runLive(events: readonly Recorded[], stop: string, batch: number): Decision | undefined {
  const recorded$ = new Subject<{ readonly events: readonly Recorded[] }>();
  let decision: Decision | undefined;
  createPipeline(recorded$, { ...options, stop: [stop] }).decisions$.subscribe((met) => {
    if (met.action === 'endSweep') decision ??= met;
  });
  for (let at = 0; at < events.length && decision === undefined; at += batch) {
    recorded$.next({ events: events.slice(at, at + batch) });
  }
  return decision;
}

const rules = [
  'plateau',
  'gain(throughput) < 5%',
  'gain(requests_per_s) < 20% and elapsed > 10s',
  'mean(e2e) > 900ms',
  'p50(ttft) > 20ms for 2s',
  'error_ratio > 20% or requests > 300',
  'half_width(throughput) < 3%',
  'objective_missed(p90(e2e) < 1s)',
  'kept_ratio < 80%',
  'goodput > 5',
];

test('a live run and its backtest stop at the same event, by the same numbers', () => {
  const server = fc.record({
    step_base_ms: fc.integer({ min: 5, max: 40 }),
    max_num_seqs: fc.constantFrom(2, 4, 8),
    step_jitter: fc.constantFrom(0, 0.2),
  });
  const load = fc.record({
    seed: fc.nat({ max: 1e6 }),
    requestsPerClient: fc.integer({ min: 5, max: 40 }),
    failureRatio: fc.constantFrom(0, 0.3),
  });
  fc.assert(
    fc.property(server, load, fc.constantFrom(...rules), fc.integer({ min: 1, max: 500 }), (asked, of, stop, batch) => {
      const events = simulatedRun(parameters(asked), [1, 2, 4, 8], { ...of, promptTokens: 32, outputTokens: 8 });
      const [row] = backtest([events], options, [stop]);
      expect(runLive(events, stop, batch)).toEqual(row?.decision);
    }),
    { numRuns: 40 },
  );
});

const events = simulatedRun(parameters({ max_num_seqs: 4, step_jitter: 0.1 }), [1, 2, 4, 8, 16, 32], {
  seed: 3,
  requestsPerClient: 40,
  promptTokens: 64,
  outputTokens: 16,
});

test('a rule that stops at the bend saves what comes after it, and changes the answer little', () => {
  const [row] = backtest([events], options, ['gain(throughput) < 5%']);
  expect(row).toMatchObject({ sweep: 0, clients: 16, requests: 40 * 63, savedRequests: 40 * 32 });
  expect(row?.savedSeconds).toBeGreaterThan(0.3 * (row?.seconds ?? 0));
  expect(Math.abs(row?.plateauErrorRatio ?? 1)).toBeLessThan(0.05);
});

test('a rule that never fires saves nothing and changes nothing', () => {
  const [row] = backtest([events], options, ['mean(e2e) > 10min']);
  expect(row).toMatchObject({ savedSeconds: 0, savedRequests: 0, plateauErrorRatio: 0, clients: 32 });
  expect(row).not.toHaveProperty('decision');
  expect(row?.stopped).toEqual(row?.full);
});

test('rules that are tried side by side do not see each other', () => {
  const together = backtest([events], options, rules);
  expect(together).toEqual(rules.flatMap((rule) => backtest([events], options, [rule])));
});

test('a log without a level gives no row', () => {
  expect(backtest([events.slice(0, 2)], options, ['plateau'])).toEqual([]);
});
