import { from, lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import type { JsonValue, Recorded } from '../../src/events/events.ts';
import { analysed, levelSummaries } from '../../src/metrics/analysed.ts';
import { RunFold } from '../../src/metrics/runFold.ts';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import { madeUpLevel } from './madeUpLevel.ts';
import { runLog } from './runLog.ts';

const options = { window_seconds: 10 };
const log = runLog({ seed: 1, planned: 60 }, [1, 2, 4]);

function fold(events: Iterable<Recorded>): RunSummary {
  const run = new RunFold(options);
  for (const event of events) run.add(event);
  return run.summary();
}

test('a run folds to its head, its sweep, its levels and one saturation', () => {
  const { run, sweeps, levels, saturation, warnings } = fold(log);
  expect(run).toMatchObject({ id: 'made-up', api: 'dummy', model: 'made-up-model', exitCode: 0 });
  expect(levels.map(({ clients, status }) => [clients, status])).toEqual(
    [1, 2, 4].map((clients) => [clients, 'completed']),
  );
  expect(sweeps).toEqual([{ id: 0, options: { prompt_length: 100 }, saturation }]);
  expect(saturation?.status).toBe('notSaturated');
  expect(warnings).toEqual([]);
});

test('asking for the summary twice gives the same', () => {
  const run = new RunFold(options);
  for (const event of log.slice(0, 200)) run.add(event);
  expect(run.summary()).toEqual(run.summary());
});

test('a log that breaks off within a level closes it as interrupted', () => {
  const end = log.findLastIndex((event) => event.type === 'request.sent');
  const { levels, run } = fold(log.slice(0, end));
  expect(levels.map(({ status }) => status)).toEqual(['completed', 'completed', 'interrupted']);
  expect(run).not.toHaveProperty('exitCode');
});

test('warnings and what ended a sweep are kept in words', () => {
  const seq = log.length;
  const decision = { criterion: 'early_stop_latency', level: 2, sweep: 0, atSeq: 9, value: 2, limit: 1 };
  const { sweeps, warnings } = fold([
    ...log,
    { type: 'run.warned', worker: 0, atMs: 1, seq, message: 'the text is short' },
    { type: 'criterion.met', worker: 0, atMs: 1, seq, ...decision, action: 'endLevel', message: 'long enough' },
    { type: 'criterion.met', worker: 0, atMs: 1, seq, ...decision, action: 'endSweep', message: 'too slow' },
  ]);
  expect(sweeps[0]?.stopReason).toBe('too slow');
  expect(warnings).toEqual(['the text is short']);
});

test('a skipped level enters with its earlier figures, under the numbers of this run', () => {
  const summary = madeUpLevel(8, 8, 1000, { level: 5, sweep: 3 }) as unknown as JsonValue;
  const skipped = {
    type: 'level.skipped',
    worker: 0,
    atMs: 1,
    level: 3,
    sweep: 0,
    fromRun: 'old',
    fromLevel: 5,
  } as const;
  const { levels } = fold([...log, { ...skipped, summary, seq: log.length }]);
  expect(levels.at(-1)).toMatchObject({ level: 3, sweep: 0, status: 'skipped', clients: 8, meanE2eMs: 1000 });
});

test('the summary of a level comes right after the event that ended it', async () => {
  const items = await lastValueFrom(from(log).pipe(analysed(new RunFold(options)), toArray()));
  const summaries = items.flatMap((item, index) => (item.type === 'level.summarized' ? [{ item, index }] : []));
  expect(summaries).toHaveLength(3);
  for (const { item, index } of summaries) {
    const ending = items.slice(0, index).findLast((before) => 'seq' in before);
    expect(ending).toMatchObject({ type: 'level.finished', seq: item.atSeq, level: item.summary.level });
  }
});

test('each subscription to the summaries of levels folds for itself', async () => {
  const summaries$ = from(log).pipe(levelSummaries(options), toArray());
  expect(await lastValueFrom(summaries$)).toEqual(await lastValueFrom(summaries$));
});
