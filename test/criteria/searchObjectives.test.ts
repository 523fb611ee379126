import { expect, test } from 'vitest';
import type { Decision } from '../../src/criteria/criterion.ts';
import { nextLoad } from '../../src/criteria/nextLoad.ts';
import { replay } from '../../src/criteria/replay.ts';
import type { Recorded } from '../../src/events/events.ts';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { saturation } from '../../src/metrics/saturation.ts';
import { underObjectives } from '../../src/metrics/underObjectives.ts';
import { saturationRemarks } from '../../src/reports/saturationRemarks.ts';
import { parameters } from '../simulator/parameters.ts';
import { simulatedRun } from '../simulator/simulatedLevel.ts';

const server = parameters({ max_num_seqs: 64, step_jitter: 0.2 });
const lengths = { promptTokens: 64, outputTokens: 24 };
const options = { window_seconds: 10, early_stop_latency: 1e6, max_error_ratio: 1, stop_at_plateau: false };
const settings = { ...options, precision: 0.02, objective: ['p90(e2e) < 330ms'] };

/** Levels and decisions of a search, its sweep as a run of `--num_clients auto` says it. */
function events(clients: readonly number[], requestsPerClient: number): readonly Recorded[] {
  const run = simulatedRun(server, clients, { seed: 1, requestsPerClient, ...lengths });
  return run.map((event) =>
    event.type === 'sweep.started' ? { ...event, options: { num_clients: 'auto', max_clients: 512 } } : event,
  );
}

function search(): readonly LevelSummary[] {
  const levels: LevelSummary[] = [];
  for (let next = nextLoad(levels, 512); next.kind === 'run'; next = nextLoad(levels, 512)) {
    const [level] = replay([events([next.clients], 40 + Math.ceil(500 / next.clients))], settings).summary.levels;
    if (level === undefined) throw new Error('no level');
    levels.push(level);
  }
  return levels;
}

/** Share of answers within the limit, in a long run with other numbers. */
function keptInTheLongRun(clients: number): number {
  const run = simulatedRun(server, [clients], { seed: 99, requestsPerClient: Math.ceil(3000 / clients), ...lengths });
  return replay([run], settings).summary.levels[0]?.objectives?.keptRatio ?? Number.NaN;
}

const levels = search();
const loads = levels.map(({ clients }) => clients);

test('a search whose objectives are missed at two loads stops, though throughput still grows', () => {
  expect(loads).toEqual([1, 2, 4, 8, 16, 32, 12]);
  expect(nextLoad(levels, 512)).toEqual({
    kind: 'stop',
    why: 'objectives',
    message: 'the objectives were missed with 16 and with 32 clients, and no step is left below',
  });
  expect(saturation(levels).status).toBe('notSaturated');
});

test('the largest load under the objectives lies within the bracket that summary and text tell', () => {
  const under = underObjectives(levels);
  const { clients = 0, tooManyClients = 0 } = under ?? {};
  expect(under).toMatchObject({ status: 'found', probes: 7 });
  expect(keptInTheLongRun(clients)).toBeGreaterThan(0.9);
  expect(keptInTheLongRun(tooManyClients)).toBeLessThan(0.9);
  const texts = saturationRemarks({ saturation: saturation(levels), levels, isCutShort: true }).map(({ text }) => text);
  expect(texts).toContain(
    `Largest load under the objectives: ${clients} clients; ${tooManyClients} clients surely miss them.`,
  );
});

test('the reason is a decision of the stream, so that a replay tells it, too', () => {
  const run = events([1, 2, 4, 8, 16, 32, 12], 60);
  const found = replay([run], settings).decisions.find(({ criterion }) => criterion === 'num_clients');
  expect(found).toMatchObject<Partial<Decision>>({ action: 'endSweep', value: 32 });
  expect(found?.message).toMatch(/^the objectives were missed with 16 and with 32 clients/);
});

test('a level of a search goes on until it is sure of its objectives, one of given loads until it is precise', () => {
  const end = (batch: readonly Recorded[]) =>
    replay([batch], settings).decisions.find(({ criterion }) => criterion === 'precision')?.atMs;
  const given = simulatedRun(server, [1], { seed: 1, requestsPerClient: 400, ...lengths });
  const searched = end(events([1], 400)) ?? 0;
  const { summary } = replay([events([1], 400)], settings);
  expect(summary.levels[0]?.objectives?.attainment).toMatchObject({ verdict: 'held', looks: 1 });
  expect(searched).toBeGreaterThan(end(given) ?? Number.POSITIVE_INFINITY);
});
