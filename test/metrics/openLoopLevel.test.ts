import { expect, test } from 'vitest';
import type { LevelPrepared, Recorded, RunEvent } from '../../src/events/events.ts';
import { levelSpans } from '../../src/exports/levelSpans.ts';
import { requestRows } from '../../src/exports/requestRows.ts';
import { LevelFold } from '../../src/metrics/levelFold.ts';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { OpenLoopTally } from '../../src/metrics/openLoopTally.ts';
import { rateSaturation } from '../../src/metrics/rateSaturation.ts';
import { RunFold } from '../../src/metrics/runFold.ts';
import { isTrusted, saturation } from '../../src/metrics/saturation.ts';
import { madeUpLevel } from './madeUpLevel.ts';

const startMs = 1000;
const answerMs = 50;

const prepared: LevelPrepared = {
  type: 'level.prepared',
  worker: 0,
  atMs: 0,
  level: 0,
  sweep: 0,
  load: { kind: 'ratePerSec', value: 100 },
  clients: 1,
  workers: 1,
  planned: 1000,
  promptLength: 50,
  maxNewTokens: 10,
  streaming: false,
  openLoop: { process: 'constant', seconds: 10, maxInFlight: 1 },
};

/** 100 requests/s for 10 s; those due in a stall from 5 s on leave one after the other when it is over, after 1.4 s. */
function stalledEvents(stallMs: number, unsent = 0): readonly Recorded[] {
  const events: RunEvent[] = [{ type: 'level.started', worker: 0, atMs: startMs, level: 0 }];
  const [stallFromMs, stallToMs] = [startMs + 5000, startMs + 5000 + stallMs];
  for (let request = 0; request < prepared.planned - unsent; request++) {
    const dueAtMs = startMs + request * 10;
    const sentAtMs = dueAtMs >= stallFromMs && dueAtMs < stallToMs ? stallToMs : dueAtMs;
    const own = { worker: 1, level: 0, client: 0, request, warmup: false, scheduledAtMs: dueAtMs } as const;
    const closedAtMs = sentAtMs + answerMs;
    const sent = { type: 'request.sent', ...own, atMs: sentAtMs, promptTokens: 50, maxNewTokens: 10 } as const;
    const counted = { streamed: false, promptTokens: 50, outputTokens: 10, tokenSource: 'usage', chunks: 0 } as const;
    events.push(sent, { type: 'request.completed', ...own, ...counted, atMs: closedAtMs, sentAtMs, closedAtMs });
  }
  const endMs = startMs + 10_000;
  events.push(
    { type: 'client.phaseChanged', worker: 1, atMs: endMs, level: 0, client: 0, phase: 'draining' },
    { type: 'level.finished', worker: 0, atMs: endMs + 200, level: 0, status: 'completed' },
  );
  const inOrder = events.toSorted((one, other) => one.atMs - other.atMs);
  return inOrder.map((event, seq) => ({ ...event, seq }));
}

function stalledLevel(stallMs: number, unsent = 0): LevelSummary | undefined {
  const fold = new LevelFold(prepared);
  return stalledEvents(stallMs, unsent)
    .map((event) => fold.add(event))
    .at(-1);
}

test('windows show a stall from due while it goes on, with the latencies from sent beside them', () => {
  const fold = new RunFold({ window_seconds: 1 });
  const figures = [{ ...prepared, seq: -1 }, ...stalledEvents(1400)].flatMap((event) => fold.add(event));
  const windows = figures.flatMap((figure) => (figure.type === 'window.closed' ? [figure.window] : []));
  const worst = Math.max(...windows.map(({ e2eMs }) => e2eMs.p90 ?? 0));
  expect(worst).toBeGreaterThan(1000);
  for (const { fromSent } of windows) expect(fromSent?.e2eMs.p99 ?? answerMs).toBeCloseTo(answerMs, 0);
});

test('goodput and the share that was kept count from due, and a level that ends early tells what it lasted', () => {
  const limits = [{ figure: 'e2eMs', holds: (valueMs: number) => valueMs < 100 }] as const;
  const objectives = { limits, attain: 0.9, chance: 0.01, limitMs: 100 };
  const fold = new LevelFold(prepared, { objectives });
  const level = stalledEvents(1400)
    .map((event) => fold.add(event))
    .at(-1);
  // 1.4 s of 9 s were due in the stall, the last 0.05 s of it within the limit.
  expect(level?.objectives?.keptRatio).toBeCloseTo(765 / 900, 2);
  expect(level?.objectives?.goodputPerSec).toBeCloseTo(85, -0.5);
  expect(fold.attainmentSoFar()).toMatchObject({ looks: 1 });
});

test('a level that was completed before its time is offered what was sent', () => {
  const tally = new OpenLoopTally({ process: 'poisson', seconds: 300, maxInFlight: 9 }, 0);
  expect(tally.figures({ planned: 3000, unsent: 3000 }, true, 30)).toMatchObject({
    offeredPerSec: 0,
    heldBack: 0,
    stability: 'unknown',
  });
  expect(tally.figures({ planned: 3000, unsent: 3000 }, true, 300)).toMatchObject({
    offeredPerSec: 10,
    heldBack: 3000,
  });
});

test('a level whose last request was due long before its end had all its time', () => {
  const tally = new OpenLoopTally({ process: 'poisson', seconds: 300, maxInFlight: 9 }, 0);
  expect(tally.figures({ planned: 30, unsent: 0 }, true, 280)).toMatchObject({ offeredPerSec: 0.1 });
  expect(tally.figures({ planned: 30, unsent: 0 }, false, 280)).toMatchObject({
    offeredPerSec: 0,
    stability: 'unknown',
  });
});

test('in an export the stretch of a request is that in which it was due', () => {
  const events = [{ ...prepared, seq: -1 }, ...stalledEvents(1400)];
  const rows = [...requestRows([events], levelSpans([events]))];
  expect(rows.filter(({ stretch }) => stretch === 'ramp')).toHaveLength(100);
  expect(rows.filter(({ stretch }) => stretch === 'steady')).toHaveLength(900);
});

test('latencies from due show a stall of 1.4 s that latencies from sent hide', () => {
  const level = stalledLevel(1400);
  expect(level?.e2eMs.max).toBeCloseTo(1450, 6);
  expect(level?.e2eMs.p90).toBeGreaterThan(500);
  expect(level?.fromSent?.e2eMs).toMatchObject({ p50: answerMs, p99: answerMs, max: answerMs });
});

test('a level at a rate is measured from a tenth of its time to its end, whatever its first answers did', () => {
  const level = stalledLevel(0);
  expect(level?.steady?.seconds).toBeCloseTo(9, 9);
  expect(level?.steady?.completedPerSec).toBeCloseTo(100, 1);
  expect(level?.e2eMs).toMatchObject({ p50: answerMs, max: answerMs });
  expect(level?.arrivals).toMatchObject({
    process: 'constant',
    offeredPerSec: 100,
    sentPerSec: 100,
    stability: 'stable',
  });
});

test('requests that never left are held back, and the books balance', () => {
  const level = stalledLevel(0, 200);
  expect(level?.arrivals).toMatchObject({ offeredPerSec: 100, sentPerSec: 80, heldBack: 200 });
  expect(level?.requests).toMatchObject({ planned: 1000, completed: 800, unsent: 200 });
});

function atRate(value: number, stability: 'stable' | 'drifting' | 'noSteadyState' | 'unknown'): LevelSummary {
  const arrivals = {
    process: 'poisson',
    offeredPerSec: value,
    sentPerSec: value,
    maxInFlight: 9,
    heldBack: 0,
  } as const;
  const load = { kind: 'ratePerSec', value } as const;
  return madeUpLevel(1, Math.min(value, 7), 100, { level: value, load, arrivals: { ...arrivals, stability } });
}

test.each([
  ['found', ['stable', 'stable', 'noSteadyState', 'noSteadyState'], { ratePerSec: 4, tooHighRatePerSec: 8 }],
  ['found', ['stable', 'drifting', 'noSteadyState', 'stable'], { ratePerSec: 2, tooHighRatePerSec: 8 }],
  ['notSaturated', ['stable', 'drifting', 'stable', 'stable'], {}],
  ['unknown', ['stable', 'stable', 'stable', 'drifting'], {}],
  ['unknown', ['drifting', 'unknown', 'noSteadyState', 'noSteadyState'], { tooHighRatePerSec: 8 }],
] as const)('the answer of rates is %s where levels are %j', (status, verdicts, more) => {
  const levels = verdicts.map((verdict, index) => atRate(2 ** (index + 1), verdict));
  expect(levels.every(isTrusted)).toBe(true);
  expect(saturation(levels.toReversed())).toMatchObject({ status, ...more });
  expect(rateSaturation(levels).requestsPerSec).toBe(7);
});
