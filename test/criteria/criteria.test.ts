import { from, lastValueFrom, type Observable, of, Subject, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import type { CriteriaOptions } from '../../src/criteria/criteriaOptions.ts';
import type { Criterion, Decision } from '../../src/criteria/criterion.ts';
import { earlyStopLatency } from '../../src/criteria/earlyStopLatency.ts';
import { maxErrorRatio } from '../../src/criteria/maxErrorRatio.ts';
import { maxLevelSeconds } from '../../src/criteria/maxLevelSeconds.ts';
import { plateau } from '../../src/criteria/plateau.ts';
import { criteria } from '../../src/criteria/registry.ts';
import type { FailureKind, Recorded, RequestOutcome, RunEvent } from '../../src/events/events.ts';
import { type Analysed, analysed } from '../../src/metrics/analysed.ts';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { RunFold } from '../../src/metrics/runFold.ts';
import { madeUpLevel } from '../metrics/madeUpLevel.ts';
import { runLog } from '../metrics/runLog.ts';

const options: CriteriaOptions = { early_stop_latency: 10, max_error_ratio: 0.5, stop_at_plateau: false };

function decisionsOf(criterion: Criterion, items: readonly Analysed[]): Promise<Decision[]> {
  return lastValueFrom(from(items).pipe(criterion, toArray()));
}

function log(...events: readonly RunEvent[]): Recorded[] {
  return events.map((event, seq) => ({ ...event, seq }));
}

function summarized(...summaries: readonly LevelSummary[]): Analysed[] {
  return summaries.map((summary, index) => ({
    type: 'level.summarized',
    atSeq: 100 + index,
    atMs: 1000 * index,
    summary,
  }));
}

function prepared(level: number, clients = 4): RunEvent {
  const load = { kind: 'clients', value: clients } as const;
  const asked = { planned: 100, promptLength: 1, maxNewTokens: 1, streaming: false };
  return { type: 'level.prepared', worker: 0, atMs: 0, level, sweep: 0, load, clients, workers: 1, ...asked };
}

function outcome(result: 'answer' | 'empty' | FailureKind, warmup = false): RequestOutcome {
  const stamps = {
    worker: 1,
    atMs: 5,
    level: 0,
    client: 0,
    request: 0,
    warmup,
    scheduledAtMs: 0,
    closedAtMs: 5,
    chunks: 0,
  };
  if (result !== 'answer' && result !== 'empty')
    return { type: 'request.failed', ...stamps, kind: result, reason: 'made up' };
  const tokens = { outputTokens: result === 'empty' ? 0 : 5, tokenSource: 'usage' } as const;
  return { type: 'request.completed', ...stamps, sentAtMs: 1, streamed: false, promptTokens: 1, ...tokens };
}

test('from nothing but an Observable of events comes the decision to stop, at the very event', async () => {
  const events$: Observable<Recorded> = from(runLog({ seed: 1, planned: 60, failureRatio: 0.9 }, [2]));
  const decisions$ = events$.pipe(analysed(new RunFold({ window_seconds: 10 })), criteria(options), toArray());
  const [decision, ...others] = await lastValueFrom(decisions$);
  expect(others).toEqual([]);
  expect(decision).toMatchObject({ criterion: 'max_error_ratio', action: 'endSweep', level: 0, sweep: 0, limit: 0.5 });
  const events = runLog({ seed: 1, planned: 60, failureRatio: 0.9 }, [2]);
  const measured = events.filter((event) => event.type.match(/completed|failed/) && 'warmup' in event && !event.warmup);
  expect(measured[19]?.seq).toBe(decision?.atSeq);
});

test('a decision is made while the event is delivered, not at the end of the stream', () => {
  const events$ = new Subject<Recorded>();
  const decisions: Decision[] = [];
  events$.pipe(maxLevelSeconds(1)).subscribe((decision) => decisions.push(decision));
  for (const event of log(prepared(0), { type: 'level.started', worker: 0, atMs: 100, level: 0 })) events$.next(event);
  expect(decisions).toEqual([]);
  events$.next({ ...outcome('answer'), atMs: 1100, seq: 2 });
  expect(decisions).toMatchObject([{ criterion: 'max_level_seconds', atSeq: 2, value: 1 }]);
});

test.each([
  [9999.9, 0],
  [10000, 1],
])('a level whose mean latency is %f ms gives %i decisions at a limit of 10 s', async (meanE2eMs, count) => {
  const decisions = await decisionsOf(earlyStopLatency(10), summarized(madeUpLevel(4, 1, 1, { meanE2eMs })));
  expect(decisions).toHaveLength(count);
  if (count > 0) expect(decisions[0]).toMatchObject({ action: 'endSweep', level: 4, atSeq: 100, value: 10, limit: 10 });
});

test('a level without a completed request has no latency to stop for', async () => {
  const { meanE2eMs: _, ...unmeasured } = madeUpLevel(4, 1, 1);
  expect(await decisionsOf(earlyStopLatency(0.001), summarized(unmeasured))).toEqual([]);
});

const failures = (count: number): RequestOutcome[] => Array.from({ length: count }, () => outcome('timeout'));
const answers = (count: number): RequestOutcome[] => Array.from({ length: count }, () => outcome('answer'));

test.each<[string, number, readonly RunEvent[], number]>([
  ['19 failures of 19', 4, failures(19), 0],
  ['20 failures of 20', 4, failures(20), 1],
  ['exactly half of 20', 4, [...answers(10), ...failures(10)], 0],
  ['11 of 20', 4, [...answers(9), ...failures(11)], 1],
  ['29 failures for 30 clients', 30, failures(29), 0],
  ['30 failures for 30 clients', 30, failures(30), 1],
  ['empty answers', 4, Array.from({ length: 20 }, () => outcome('empty')), 1],
  ['requests that we aborted', 4, Array.from({ length: 40 }, () => outcome('aborted')), 0],
  ['failed warm-up', 4, Array.from({ length: 40 }, () => outcome('connect', true)), 0],
  ['failures that go on after the decision', 4, failures(60), 1],
])(
  'with %s (%i clients) max_error_ratio 0.5 decides as often as it should',
  async (_title, clients, outcomes, count) => {
    expect(await decisionsOf(maxErrorRatio(0.5), log(prepared(0, clients), ...outcomes))).toHaveLength(count);
  },
);

test('the error ratio of a level begins at 0, whatever the level before was like', async () => {
  const second = answers(10).map((answer) => ({ ...answer, level: 1 }));
  const late = failures(10).map((failure) => ({ ...failure, level: 1 }));
  const events = log(prepared(0), ...failures(19), prepared(1), ...second, ...late);
  expect(await decisionsOf(maxErrorRatio(0.5), events)).toEqual([]);
});

test('a hanging server does not outlive max_level_seconds: samples of the generator move the time', async () => {
  const usage = { periodMs: 1000, loopDelayBins: [], cpuRatio: 0, gcPauseMs: 0, residentBytes: 0 };
  const sampleAt = (atMs: number): RunEvent => ({
    type: 'generator.sampled',
    worker: 1,
    atMs,
    ...usage,
    sends: 0,
    lateSends: 0,
    inFlight: 1,
  });
  const started: RunEvent = { type: 'level.started', worker: 0, atMs: 500, level: 0 };
  const finished: RunEvent = { type: 'level.finished', worker: 0, atMs: 9000, level: 0, status: 'stopped' };
  const events = log(
    prepared(0),
    sampleAt(400),
    started,
    sampleAt(1400),
    sampleAt(2600),
    sampleAt(3600),
    finished,
    sampleAt(99000),
  );
  const decisions = await decisionsOf(maxLevelSeconds(2), events);
  expect(decisions).toMatchObject([{ action: 'endLevel', level: 0, atSeq: 4, atMs: 2600, value: 2.1, limit: 2 }]);
});

test('a plateau ends the sweep at the first level that brings less than 5 %', async () => {
  const levels = [madeUpLevel(1, 1, 1), madeUpLevel(2, 2, 1), madeUpLevel(4, 2.08, 1), madeUpLevel(8, 2.09, 1)];
  const decisions = await decisionsOf(plateau(), summarized(...levels.slice(0, 3)));
  expect(decisions).toMatchObject([{ criterion: 'plateau', action: 'endSweep', level: 4, atSeq: 102, limit: 0.05 }]);
  expect(decisions[0]?.value).toBeCloseTo(0.04, 9);
});

test.each<[string, readonly LevelSummary[]]>([
  ['after one level', [madeUpLevel(1, 1, 1)]],
  [
    'from a client-limited level',
    [madeUpLevel(1, 1, 1), madeUpLevel(2, 1, 1, { generator: { verdict: 'clientLimited' } })],
  ],
  ['from a failed level', [madeUpLevel(1, 1, 1), madeUpLevel(2, 0.1, 1, { status: 'failed' })]],
  ['across sweeps', [madeUpLevel(8, 8, 1), madeUpLevel(16, 8, 1, { sweep: 1 })]],
])('a plateau is not known %s', async (_title, levels) => {
  expect(await decisionsOf(plateau(), summarized(...levels))).toEqual([]);
});

test('criteria that options leave off do not speak, and criterion.met in the stream is no news to them', async () => {
  const flat = summarized(madeUpLevel(1, 1, 1), madeUpLevel(2, 1, 1));
  const names = async (more: Partial<CriteriaOptions>): Promise<string[]> =>
    (await decisionsOf(criteria({ ...options, ...more }), flat)).map(({ criterion }) => criterion);
  expect(await names({})).toEqual([]);
  expect(await names({ stop_at_plateau: true })).toEqual(['plateau']);
  const said = {
    criterion: 'plateau',
    action: 'endSweep',
    level: 0,
    sweep: 0,
    atSeq: 0,
    value: 1,
    limit: 1,
    message: '',
  } as const;
  const met: Recorded = { type: 'criterion.met', worker: 0, atMs: 1, seq: 1, ...said };
  expect(await lastValueFrom(of(met).pipe(criteria({ ...options, max_error_ratio: 0 }), toArray()))).toEqual([]);
});
