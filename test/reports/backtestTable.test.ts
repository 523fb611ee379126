import { expect, test } from 'vitest';
import type { BacktestRow } from '../../src/criteria/backtest.ts';
import type { Decision } from '../../src/criteria/criterion.ts';
import { backtestTotals, renderBacktest, renderBacktestMarkdown } from '../../src/reports/backtestTable.ts';

const found = (clients: number) => ({ status: 'found', clients }) as const;
const decision: Decision = {
  criterion: 'plateau',
  action: 'endSweep',
  level: 4,
  sweep: 0,
  atSeq: 900,
  atMs: 25_000,
  value: 0.01,
  limit: 0.05,
  message: 'with 16 clients, plateau',
};
const row: BacktestRow = {
  ...{ sweep: 0, stop: 'plateau', decision, clients: 16, seconds: 100, savedSeconds: 75, requests: 1000 },
  ...{ savedRequests: 800, full: found(16), stopped: found(8), plateauErrorRatio: -0.02 },
};
const { decision: _, ...unmet } = row;
const never: BacktestRow = {
  ...unmet,
  clients: 64,
  savedSeconds: 0,
  savedRequests: 0,
  stopped: found(16),
  plateauErrorRatio: 0,
};
const logs = [
  { label: 'one', rows: [row] },
  { label: 'two', rows: [never, { ...row, sweep: 1, stopped: found(16), plateauErrorRatio: 0.01 }] },
];

test('each log and sweep has a line, and each rule a total', () => {
  expect(renderBacktest(logs)).toEqual([
    '          log     rule  stops at      time saved  requests saved  plateau off by  saturation',
    '          one  plateau        16   75 s of 100 s     800 of 1000          -2.0 %    8 for 16',
    '  two sweep 0  plateau     never  0.0 s of 100 s       0 of 1000           0.0 %          16',
    '  two sweep 1  plateau        16   75 s of 100 s     800 of 1000           1.0 %          16',
    '',
    '     rule  stopped  time saved  requests saved  worst plateau  same saturation',
    '  plateau   2 of 3      50.0 %          53.3 %         -2.0 %           2 of 3',
  ]);
});

test('totals weigh sweeps by their length, and tell the worst error by its size', () => {
  expect(backtestTotals(logs)).toEqual([
    {
      ...{ stop: 'plateau', sweeps: 3, stopped: 2, savedTimeRatio: 0.5, savedRequestsRatio: 1600 / 3000 },
      ...{ worstPlateauErrorRatio: -0.02, sameAnswers: 2 },
    },
  ]);
});

test('what stands between bars in Markdown has none of its own', () => {
  expect(renderBacktestMarkdown([{ label: 'a|b', rows: [row] }])).toContain('| a\\|b | plateau | 16 |');
});
