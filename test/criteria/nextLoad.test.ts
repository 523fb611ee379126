import { expect, test } from 'vitest';
import { nextLoad } from '../../src/criteria/nextLoad.ts';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { madeUpLevel } from '../metrics/madeUpLevel.ts';
import { parameters } from '../simulator/parameters.ts';
import { searchSaturation, trueSaturation } from './searchSaturation.ts';

/** A level whose throughput is known within 2 %. */
function precise(clients: number, perSec: number, relativeHalfWidth = 0.02): LevelSummary {
  const rates = { requestsPerSec: perSec, completedPerSec: perSec, inputTokensPerSec: 0 };
  return madeUpLevel(clients, perSec, 1000, { steady: { seconds: 60, ...rates, relativeHalfWidth } });
}

/** The same, with what its requests say of the objectives. */
function judged(clients: number, perSec: number, verdict: 'held' | 'missed' | 'open'): LevelSummary {
  const evidence = { ratio: 0.9, low: 0.8, high: 1, requests: 400, effectiveRequests: 400, looks: 1 };
  return { ...precise(clients, perSec), objectives: { attainment: { ...evidence, verdict } } };
}

const clientLimited = { generator: { verdict: 'clientLimited' } } as const;
const doubled = [precise(1, 10), precise(2, 20), precise(4, 40), precise(8, 80)];
const held = [judged(1, 10, 'held'), judged(2, 20, 'open'), judged(4, 40, 'held')];
const flat = [...doubled, precise(16, 100), precise(32, 100)];

test.each<[string, readonly LevelSummary[], number]>([
  ['it begins with one client', [], 1],
  ['it doubles while loads gain', doubled, 16],
  ['it stays within the most clients', doubled, 10],
  ['a gain that may be noise is not enough to end it', [...doubled, precise(16, 83)], 32],
  ['levels without an interval never end it', [...doubled, madeUpLevel(16, 80, 1000)], 32],
  ['one level that cannot be trusted does not end it', [...doubled, { ...precise(16, 99), ...clientLimited }], 32],
  ['then it looks between the loads around the bend', flat, 12],
  [
    'a load that is close to the bend needs steps on both sides',
    [...doubled, precise(16, 95), precise(32, 100), precise(64, 100)],
    24,
  ],
  ['one load that misses the objectives does not end it', [...held, judged(8, 80, 'missed')], 16],
  ['nor do two that may have missed them', [...held, judged(8, 80, 'open'), judged(16, 160, 'missed')], 32],
  [
    'after two that missed them it looks below the first one',
    [...held, judged(8, 80, 'missed'), judged(16, 160, 'missed')],
    6,
  ],
  [
    'where throughput ends a search it looks below a load that missed the objectives, too',
    [...held, judged(8, 80, 'held'), judged(16, 100, 'held'), judged(12, 90, 'held'), judged(32, 100, 'missed')],
    24,
  ],
])('%s', (_title, levels, clients) => {
  expect(nextLoad(levels, clients === 10 ? 10 : 512)).toEqual({ kind: 'run', clients });
});

test.each<[string, readonly LevelSummary[], number, string]>([
  ['no step is left around the bend', [...flat, precise(12, 85)], 512, 'found'],
  ['the most clients still gain', doubled, 8, 'maxClients'],
  [
    'the objectives were missed twice and no step is left below',
    [...held, judged(6, 60, 'open'), judged(8, 80, 'missed'), judged(16, 160, 'missed')],
    512,
    'objectives',
  ],
  [
    'the two largest levels cannot be trusted',
    [...doubled, ...[16, 32].map((clients) => ({ ...precise(clients, 100), ...clientLimited }))],
    512,
    'untrusted',
  ],
])('a search ends where %s', (_title, levels, maxClients, why) => {
  expect(nextLoad(levels, maxClients)).toMatchObject({ kind: 'stop', why });
});

test('the order of levels does not matter', () => {
  expect(nextLoad(flat.toReversed(), 512)).toEqual(nextLoad(flat, 512));
});

test.each([
  ['slots', { options: parameters({ max_num_seqs: 4, step_jitter: 0.2 }), promptTokens: 64, outputTokens: 32 }],
  [
    'KV tokens',
    { options: parameters({ kv_cache_tokens: 1200, step_jitter: 0.2 }), promptTokens: 64, outputTokens: 32 },
  ],
])('the interval of a search holds the true saturation point of a server limited by %s', (_limit, server) => {
  const truth = trueSaturation(server);
  for (const seed of [1, 2, 3]) {
    const [above, upTo] = searchSaturation(server, seed).saturation.clientsInterval ?? [0, 0];
    expect(truth).toBeGreaterThan(above);
    expect(truth).toBeLessThanOrEqual(upTo);
  }
});
