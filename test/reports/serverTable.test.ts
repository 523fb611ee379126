import { expect, test } from 'vitest';
import type { ServerSummary } from '../../src/metrics/serverSummary.ts';
import { formatDuration, formatPercent } from '../../src/reports/quantities.ts';
import { renderServerTable } from '../../src/reports/serverTable.ts';
import { ascii, expectGolden, narrow, wide } from './golden.ts';
import { madeUpLevel } from './madeUpRun.ts';

const full: ServerSummary = {
  samples: 30,
  running: { mean: 15.83, max: 16 },
  waiting: { mean: 3.1, max: 9 },
  kvCacheRatio: { mean: 0.42, max: 0.61 },
  preemptions: 0,
  prefixCacheHitRatio: 0,
  ttftMs: { mean: 210.4, p50: 200, p99: 400, count: 192 },
  ourTtftMs: 214.2,
};

test.each([
  ['server-80', narrow],
  ['server-120', wide],
  ['server-ascii', ascii],
] as const)('what a server says of itself is shown as in %s', async (name, style) => {
  const levels = [1, 16, 64].map((clients) => ({ ...madeUpLevel(clients), server: full }));
  await expectGolden(renderServerTable([...levels, madeUpLevel(128)], style), name, style);
});

test('columns of what a server never tells are left out', () => {
  const server: ServerSummary = { samples: 3, running: { mean: 4, max: 4 }, waiting: { mean: 0, max: 0 } };
  const lines = renderServerTable([{ ...madeUpLevel(4), server }], narrow);
  expect(lines.join('\n')).not.toMatch(/TTFT|KV|-$/);
});

test('columns never touch, however long a figure is', () => {
  const ttftMs = { ...full.ttftMs, mean: 1e16, count: 1 };
  const server: ServerSummary = { ...full, kvCacheRatio: { mean: 1e11, max: 1e12 }, ttftMs };
  const lines = renderServerTable([{ ...madeUpLevel(4), server }], { ...wide, columns: 200 });
  for (const figure of [formatPercent(1e11), formatPercent(1e12), formatDuration(1e16)]) {
    expect(lines.at(-1)).toContain(` ${figure} `);
  }
});

test('without metrics, or with none of the kinds that are shown, there is no table', () => {
  expect(renderServerTable([madeUpLevel(4)], narrow)).toEqual([]);
  expect(renderServerTable([{ ...madeUpLevel(4), server: { samples: 0 } }], narrow)).toEqual([]);
});
