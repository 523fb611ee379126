import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { randomStream } from '../../src/core/random.ts';
import { blockErrors } from '../../src/metrics/blockBootstrap.ts';
import { Sample } from '../../src/metrics/sample.ts';
import { ratioInterval } from '../../src/metrics/saturationInterval.ts';
import { studentQuantile } from '../../src/metrics/student.ts';
import { ThroughputTally } from '../../src/metrics/throughputTally.ts';
import type { TrackedRequest } from '../../src/metrics/trackedRequest.ts';

interface Oracle {
  readonly latencies: readonly number[];
  readonly mean: number;
  readonly sd: number;
  readonly shares: readonly number[];
  readonly percentiles: readonly number[];
  readonly batches: readonly number[];
  readonly relativeHalfWidth: number;
  readonly load: { readonly throughput: number; readonly standardError: number };
  readonly plateau: { readonly throughput: number; readonly standardError: number };
  readonly ratioInterval: readonly [number, number];
  readonly blocks: readonly number[];
  readonly errorOfMean: number;
  readonly errorOfLogMean: number;
  readonly studentQuantiles: readonly (readonly [chance: number, df: number, quantile: number])[];
}

// Numbers of numpy and scipy; figures.py beside them is how they were made.
const path = new URL('../fixtures/oracle/figures.json', import.meta.url);
const oracle = JSON.parse(readFileSync(path, 'utf8')) as Oracle;

test('mean, deviation and percentiles of a sample are those of numpy', () => {
  const sample = new Sample();
  for (const value of oracle.latencies) sample.add(value);
  const { mean, sd } = sample.distribution();
  expect(mean).toBeCloseTo(oracle.mean, 10);
  expect(sd).toBeCloseTo(oracle.sd, 10);
  for (const [index, share] of oracle.shares.entries()) {
    expect(sample.quantile(share)).toBeCloseTo(oracle.percentiles[index] as number, 10);
  }
});

test('the interval of a throughput by ten batch means is that of scipy, but for the digits of the 2.262 in it', () => {
  const tally = new ThroughputTally(0);
  const whole = { fromMs: 0, toMs: 1000 };
  for (const [batch, outputTokens] of oracle.batches.entries()) {
    const atMs = 100 * batch + 50;
    const outcome = { type: 'request.completed', streamed: false, outputTokens } as const;
    tally.add(
      { sentAtMs: atMs, closedAtMs: atMs, promptTokens: 1, outcome } as unknown as TrackedRequest,
      whole,
      whole,
    );
  }
  const { relativeHalfWidth = 0 } = tally.steady(whole, true, 1) ?? {};
  const exactly = relativeHalfWidth * (studentQuantile(0.05, 9) / 2.262);
  expect(exactly / oracle.relativeHalfWidth).toBeCloseTo(1, 7);
});

test('quantiles of Student are those of scipy', () => {
  for (const [chance, df, quantile] of oracle.studentQuantiles) {
    expect(studentQuantile(chance, df) / quantile).toBeCloseTo(1, 7);
  }
});

test("the interval of a load's share of the plateau is that of Welch's test in scipy", () => {
  const [load, plateau] = [oracle.load, oracle.plateau].map(({ throughput, standardError }) => {
    return { clients: 1, throughput, relativeHalfWidth: 2.262 * standardError };
  });
  const interval = load === undefined || plateau === undefined ? undefined : ratioInterval(load, plateau);
  expect(interval?.[0]).toBeCloseTo(oracle.ratioInterval[0], 6);
  expect(interval?.[1]).toBeCloseTo(oracle.ratioInterval[1], 6);
});

test("errors by drawing blocks are those of scipy's bootstrap, within the noise of 500 draws", () => {
  const { blocks } = oracle;
  const [mean, logMean] = blockErrors(blocks.length, randomStream(1), (weights) => {
    const drawn = weights.reduce((sum, weight, index) => sum + weight * (blocks[index] as number), 0) / blocks.length;
    return [drawn, Math.log(drawn)];
  });
  expect(Math.abs((mean as number) / oracle.errorOfMean - 1)).toBeLessThan(0.08);
  expect(Math.abs((logMean as number) / oracle.errorOfLogMean - 1)).toBeLessThan(0.08);
});
