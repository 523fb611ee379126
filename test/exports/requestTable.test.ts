import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askedObjectives } from '../../src/criteria/askedObjectives.ts';
import { replay } from '../../src/criteria/replay.ts';
import type { Cell } from '../../src/exports/column.ts';
import { tables } from '../../src/exports/tables.ts';
import { listFigures } from '../../src/imports/figures.ts';
import type { Distribution } from '../../src/metrics/levelSummary.ts';
import { runLog } from '../metrics/runLog.ts';

const options = { window_seconds: 2, early_stop_latency: 10, max_error_ratio: 1, stop_at_plateau: false } as Parameters<
  typeof replay
>[1];

type Log = ReturnType<typeof runLog>;

function objects(what: keyof typeof tables, log: Log): readonly Readonly<Record<string, Cell>>[] {
  const { columns, rows } = tables[what].open({ batches: () => [log], options });
  return [...rows].map((cells) => Object.fromEntries(columns.map(({ name }, index) => [name, cells[index]])));
}

test('the requests that kept the objectives are those of the level: their share, and goodput', () => {
  const log = runLog({ planned: 60, failureRatio: 0.2, emptyRatio: 0.1, seed: 4 }, [3], 4);
  const asked = { ...options, objective: ['p90(ttft) < 25ms', 'p90(e2e) < 300ms'] };
  const limits = askedObjectives(asked)?.limits ?? [];
  const [level] = replay([log], asked).summary.levels;
  const { columns, rows } = tables.requests.open({ batches: () => [log], options, limits });
  const kept = columns.findIndex(({ name }) => name === 'keptObjectives');
  const stretch = columns.findIndex(({ name }) => name === 'stretch');
  const judged = [...rows].filter((cells) => cells[stretch] === 'steady' && cells[kept] !== undefined);
  const good = judged.filter((cells) => cells[kept] === true).length;
  expect(good).toBeGreaterThan(0);
  expect(good / judged.length).toBe(level?.objectives?.keptRatio);
  expect(objects('requests', log).every((row) => row['keptObjectives'] === undefined)).toBe(true);
});

const histories = fc.record({
  seed: fc.nat(1e6),
  streaming: fc.boolean(),
  chunkTokens: fc.boolean(),
  failureRatio: fc.constantFrom(0, 0.3),
  emptyRatio: fc.constantFrom(0, 0.2),
  retryRatio: fc.constantFrom(0, 0.2),
  workers: fc.integer({ min: 1, max: 3 }),
  stopAfterMs: fc.constantFrom(undefined, 300),
});

function logOf({ stopAfterMs, ...history }: typeof histories extends fc.Arbitrary<infer T> ? T : never): Log {
  const stop = stopAfterMs === undefined ? {} : { stopAfterMs };
  return runLog({ planned: 40, usage: true, ...history, ...stop }, [3, 6], history.seed);
}

test('the rows of the steady window give the figures of the level', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const log = logOf(history);
      const requests = objects('requests', log);
      for (const level of replay([log], options).summary.levels) {
        const steady = requests.filter(
          (row) => row['level'] === level.level && row['stretch'] === 'steady' && row['outcome'] === 'completed',
        );
        const figures = ['queueMs', 'ttftMs', 'tpotMs', 'e2eMs', 'maxStallMs'] as const;
        for (const name of figures)
          expectSame(
            steady.map((row) => row[name]),
            level[name],
          );
      }
    }),
    { numRuns: 60 },
  );
});

function expectSame(cells: readonly Cell[], level: Distribution): void {
  const values = cells.filter((cell) => cell !== undefined) as number[];
  const { mean, percentile } = listFigures(values);
  expect(values.length).toBe(level.count);
  expect(mean).toBe(level.mean);
  expect(percentile(0.99)).toBe(level.p99);
}

test('every planned request has a row, by the outcome that the level counts', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const log = logOf(history);
      const measured = objects('requests', log).filter((row) => row['stretch'] !== 'warmup');
      for (const { level, requests } of replay([log], options).summary.levels) {
        const of = (...outcomes: readonly string[]) =>
          measured.filter((row) => row['level'] === level && outcomes.includes(String(row['outcome']))).length;
        const { completed, failed, empty, cutOff } = requests;
        expect([of('completed'), of('failed'), of('empty'), of('cutOff', 'unfinished')]).toEqual([
          completed,
          failed,
          empty,
          cutOff,
        ]);
      }
    }),
    { numRuns: 60 },
  );
});

test('a log that breaks off gives its open requests as unfinished', () => {
  const log = runLog({ seed: 1, planned: 30 }, [4]);
  const sent = log.findLastIndex(({ type }) => type === 'request.sent');
  const rows = objects('requests', log.slice(0, sent + 1));
  const last = rows.at(-1);
  expect([last?.['outcome'], last?.['closedAtMs'], last?.['e2eMs']]).toEqual(['unfinished', undefined, undefined]);
});

test('chunks are the gaps that maxStallMs is the largest of', () => {
  const log = runLog({ seed: 5, planned: 30, chunkTokens: true }, [3]);
  const chunks = objects('chunks', log);
  for (const row of objects('requests', log)) {
    const gaps = chunks.filter(({ request }) => request === row['request']).map(({ gapMs }) => gapMs);
    expect(gaps.filter((gap) => gap !== undefined).toSorted((a, b) => Number(b) - Number(a))[0]).toBe(
      row['maxStallMs'],
    );
    expect(gaps.length).toBe(row['chunks']);
  }
});

test('windows and events are those of the log, in its order', () => {
  const log = runLog({ seed: 2, planned: 200, meanGapMs: 60 }, [4]);
  expect(objects('events', log).map(({ event }) => event)).toEqual(log);
  const windows = objects('windows', log);
  expect(windows.length).toBeGreaterThan(2);
  expect(windows.map(({ toMs }) => toMs)).toEqual(
    windows.map(({ toMs }) => toMs).toSorted((a, b) => Number(a) - Number(b)),
  );
});
