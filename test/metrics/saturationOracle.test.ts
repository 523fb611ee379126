import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { saturation } from '../../src/metrics/saturation.ts';
import { madeUpLevel } from './madeUpLevel.ts';

interface OracleSweep {
  readonly clients: readonly number[];
  readonly tokensPerSec: readonly number[];
  /** Standard error of the mean of ten batches, as a share of it. */
  readonly relativeError: readonly number[];
  readonly e2eSeconds: readonly number[];
  readonly answer: {
    readonly status: 'found' | 'notSaturated';
    readonly plateau: number;
    readonly maxPower: readonly [number, number];
    readonly clients?: number;
    readonly plateauClients?: number;
    readonly interval?: readonly [number, number];
  };
}

// Sweeps of numpy, answered with scipy; saturation.py beside them is how they were made.
const path = new URL('../fixtures/oracle/saturation.json', import.meta.url);
const { sweeps } = JSON.parse(readFileSync(path, 'utf8')) as { readonly sweeps: readonly OracleSweep[] };

test('where 60 random sweeps saturate, how surely, and what balances them best is what scipy finds', () => {
  for (const { clients, tokensPerSec, relativeError, e2eSeconds, answer } of sweeps) {
    const levels = clients.map((load, index) => {
      const requestsPerSec = (tokensPerSec[index] as number) / 20;
      const rates = { requestsPerSec, completedPerSec: requestsPerSec, inputTokensPerSec: 0 };
      const relativeHalfWidth = 2.262 * (relativeError[index] as number);
      const outputTokensPerSec = tokensPerSec[index] as number;
      return madeUpLevel(load, requestsPerSec, 1000 * (e2eSeconds[index] as number), {
        steady: { seconds: 600, ...rates, outputTokensPerSec, relativeHalfWidth },
      });
    });
    const { status, outputTokensPerSec, ...found } = saturation(levels);
    expect(status).toBe(answer.status);
    expect(outputTokensPerSec).toBe(answer.plateau);
    expect(found.maxPowerClients).toEqual(answer.maxPower);
    expect(found.clients).toBe(answer.clients);
    expect(found.plateauClients).toBe(answer.plateauClients);
    expect(found.clientsInterval).toEqual(answer.interval);
  }
});
