import { expect, test } from 'vitest';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { createLevelTable, renderLevelRow, renderLevelTable, renderTableHeader } from '../../src/reports/levelTable.ts';
import type { TextStyle } from '../../src/reports/textStyle.ts';
import { expectGolden, narrow, wide } from './golden.ts';
import { madeUpLevel, spread } from './madeUpRun.ts';

/** The same level without a stream: no first token, no pace. */
function unstreamed(clients: number): LevelSummary {
  const none = { count: 0, undefinedCount: 0 };
  return { ...madeUpLevel(clients), streaming: false, ttftMs: none, tpotMs: none, itlMs: none, maxStallMs: none };
}

test('a table has the columns of TTFT and TPOT only where answers are streamed', async () => {
  const levels = [1, 8, 64].map(unstreamed);
  await expectGolden(renderLevelTable(levels, undefined, narrow), 'unstreamed-80', narrow);
  await expectGolden(renderLevelTable(levels, undefined, wide), 'unstreamed-120', wide);
});

test('rows rendered one by one line up with the whole table', () => {
  const levels = [1, 16, 1024].map((clients, number) => madeUpLevel(clients, undefined, number));
  const table = createLevelTable([madeUpLevel(1)], narrow);
  const oneByOne = [...renderTableHeader(table), ...levels.flatMap((level) => renderLevelRow(level, table))];
  expect(renderLevelTable(levels, undefined, narrow).slice(0, oneByOne.length)).toEqual(oneByOne);
});

test('figures of any size keep to their columns', () => {
  const scales = [0.002, 1, 37, 5_000, 400_000];
  for (const columns of [60, 80, 100, 120, 160]) {
    const table = createLevelTable([madeUpLevel(1)], { ...narrow, columns });
    const lengths = scales.map((scale) => {
      const level = madeUpLevel(4);
      const latency = spread(scale * 10, 1000);
      const steady = { ...(level.steady ?? expect.fail()), requestsPerSec: scale, outputTokensPerSec: scale * 64 };
      return renderLevelRow({ ...level, steady, ttftMs: latency, tpotMs: latency, e2eMs: latency }, table)[0]?.length;
    });
    expect(new Set(lengths).size).toBe(1);
  }
});

test.each([40, 50, 60, 70, 80, 100, 120, 160])('a table fits %i columns, with its marks', (columns) => {
  const style: TextStyle = { ...narrow, columns };
  const level = madeUpLevel(16);
  const limited: LevelSummary = {
    ...level,
    generator: { verdict: 'clientLimited', reason: 'a worker used 97.0 % of a core' },
  };
  const skipped: LevelSummary = { ...level, status: 'skipped', reason: 'measured by run 20261120-090000-a1b' };
  const found = { status: 'found', clients: 16 } as const;
  const lines = renderLevelTable(
    [level, limited, skipped],
    found,
    style,
    'the mean latency of 16 clients was over the limit',
  );
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  const text = lines.join('\n');
  expect(text).toContain('saturated');
  expect(text).toContain('client-limited');
  expect(text).toContain('skipped');
  expect(text.replace(/\s+/g, ' ')).toContain('stopped: the mean latency of 16 clients was over the limit');
});

test('a wide table says which run a skipped level comes from', () => {
  const skipped: LevelSummary = {
    ...madeUpLevel(16),
    status: 'skipped',
    reason: 'measured by run 20261120-090000-a1b',
  };
  const row = renderLevelRow(skipped, createLevelTable([madeUpLevel(1)], { ...narrow, columns: 140 }));
  expect(row.join('\n')).toMatch(/ skipped \(from run 20261120-090000-a1b\)$/);
});

test('what was not measured is a dash, and colour only repeats what words say', () => {
  const none = { count: 0, undefinedCount: 0 };
  const { steady: _, ...level } = madeUpLevel(4);
  const requests = { ...level.requests, completed: 0, failed: 48, byFailureKind: { connect: 48 } };
  const failed: LevelSummary = {
    ...level,
    requests,
    ttftMs: none,
    tpotMs: none,
    e2eMs: none,
    status: 'degraded',
    reason: 'gone',
  };
  const rows = renderLevelRow(failed, createLevelTable([madeUpLevel(1)], narrow));
  expect(rows).toEqual([
    '        4       -     -        -        -        -        -      48 degraded',
    '          ╰ gone',
  ]);
  const colored = renderLevelRow(failed, createLevelTable([madeUpLevel(1)], { ...narrow, color: true }));
  expect(colored.map((row) => row.replace(/\u001b\[[\d;]*m/g, ''))).toEqual(rows);
  expect(colored).not.toEqual(rows);
});
