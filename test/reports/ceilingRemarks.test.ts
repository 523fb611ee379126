import { expect, test } from 'vitest';
import { ceilingShare } from '../../src/metrics/ceilingShare.ts';
import { ceilingRemarks } from '../../src/reports/ceilingRemarks.ts';
import { ceiling } from '../metrics/ceiling.ts';
import { madeUpLevel } from './madeUpRun.ts';

const quiet = madeUpLevel(4);
const steady = { seconds: 10, requestsPerSec: 10_000, completedPerSec: 10_000, inputTokensPerSec: 0 };
/** 10,000 requests and 20,000 chunks a second: 0.4 of a core of workers, 0.1 of the main process's. */
const busy = {
  ...madeUpLevel(64),
  steady: { ...steady, outputTokensPerSec: 40_000 },
  tokensPerChunk: { mean: 2, max: 2 },
};

test('the share of a ceiling is the CPU time of requests and chunks, of the busier process', () => {
  expect(ceilingShare(busy, ceiling)).toBeCloseTo(0.4);
  expect(ceilingShare({ ...busy, generator: { ...busy.generator, workers: 2 } }, ceiling)).toBeCloseTo(0.2);
  expect(ceilingShare({ ...busy, generator: { ...busy.generator, workers: 8 } }, ceiling)).toBeCloseTo(0.1);
  expect(ceilingShare({ ...busy, steady, streaming: false }, ceiling)).toBeCloseTo(0.2);
});

test('a level whose chunks could not be counted has no share', () => {
  expect(ceilingShare({ ...busy, steady }, ceiling)).toBeUndefined();
});

test('the busiest level of a calibrated machine is told with the errors of its stamps', () => {
  expect(ceilingRemarks(ceiling, [quiet, busy])).toEqual([
    {
      tone: 'plain',
      text: 'At most about 40 % of what this machine can send was asked of it, with 64 clients (calibrated 2026-01-02; errors of stamps then, at p99: TTFT 1.50 ms, gaps 0.80 ms).',
    },
  ]);
});

test('close to the ceiling it is a warning', () => {
  const cheap = { ...ceiling, workerMicrosPerRequest: 70 };
  expect(ceilingRemarks(cheap, [busy])[0]?.tone).toBe('warning');
});

test('without a calibration, or with nothing that was measured now, nothing is said', () => {
  expect(ceilingRemarks(undefined, [busy])).toEqual([]);
  expect(ceilingRemarks(ceiling, [{ ...busy, status: 'skipped' }])).toEqual([]);
});
