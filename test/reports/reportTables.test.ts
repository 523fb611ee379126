import { expect, test } from 'vitest';
import { parseObjective } from '../../src/criteria/objective.ts';
import { renderAsked } from '../../src/reports/askedText.ts';
import { renderLevelCsv } from '../../src/reports/levelCsv.ts';
import { renderMarkdown } from '../../src/reports/levelMarkdown.ts';
import { renderPage } from '../../src/reports/page/reportPage.ts';
import { maxLoadUnderObjectives } from '../../src/reports/reportedRun.ts';
import { reportJson } from '../../src/reports/reportJson.ts';
import { narrow } from './golden.ts';
import { foldedReport, madeUpReport } from './madeUpReport.ts';
import { madeUpLevel, madeUpRun } from './madeUpRun.ts';

const levels = [1, 2, 4, 8, 16, 32].map((clients, level) => madeUpLevel(clients, undefined, level));
const objective = parseObjective('p99(ttft) < 100ms');

test('Markdown says what was measured, the answer, the levels and what they are worth', async () => {
  const verdicts = levels.map(
    ({ level }) => [level, [{ objective, status: level < 5 ? 'met' : 'missed', value: 20 * level } as const]] as const,
  );
  const run = madeUpReport(madeUpRun(levels), {
    objectives: [objective],
    verdicts: new Map(verdicts),
    isRepeated: true,
  });
  await expect(renderMarkdown([run])).toMatchFileSnapshot('golden/saturated.md');
});

test('pages and Markdown tell goodput and the share that was kept of a run that was asked for objectives', () => {
  const evidence = { ratio: 0.95, low: 0.94, high: 0.96, requests: 900, effectiveRequests: 800, looks: 3 };
  const objectives = {
    goodputPerSec: 12.5,
    keptRatio: 0.9525,
    attainment: { ...evidence, verdict: 'missed' },
  } as const;
  const run = madeUpReport(madeUpRun(levels.map((level) => ({ ...level, objectives }))));
  expect(renderMarkdown([run])).toMatch(/\| goodput req\/s \| kept \|.*\| 12\.5 \| 95\.25 % \|/s);
  const page = renderPage([run], '0.1.0');
  expect(page).toContain('12.5');
  expect(page).toContain('95.25 %');
  expect(page).toContain('94.00 % to 96.00 % in the long run: missed');
});

test('CSV has a row for each level, in full precision', async () => {
  await expect(renderLevelCsv([madeUpReport(madeUpRun(levels))])).toMatchFileSnapshot('golden/saturated.csv');
});

test('CSV quotes what would break it, and leaves empty what was not measured', () => {
  const [level] = levels;
  if (level === undefined) throw new Error('no level');
  const { steady, littleRatio, ...rest } = level;
  const run = madeUpRun([rest]);
  const text = renderLevelCsv([madeUpReport({ ...run, run: { ...run.run, id: 'a "quoted", id\nof two lines' } })]);
  expect(text).toContain('\r\n"a ""quoted"", id\nof two lines",0,');
  const [head = '', row = ''] = text.split('\r\n');
  expect(row.split('",').at(-1)?.split(',').length).toBe(head.split(',').length - 1);
  expect(text).toContain(',,,');
});

test('text of others is no markup in Markdown', () => {
  const run = madeUpRun(levels);
  const report = madeUpReport(run, { label: '<b>*x*</b> | [a](b)' });
  expect(renderMarkdown([report])).toContain('## \\<b\\>\\*x\\*\\</b\\> \\| \\[a\\](b)');
});

test('JSON is the summary, and nothing but it where nothing more was asked for', () => {
  const summary = madeUpRun(levels);
  expect(reportJson(madeUpReport(summary))).toEqual(summary);
});

test('JSON has percentiles, verdicts and goodput where they were asked for', () => {
  const run = foldedReport({ seed: 1 }, [2, 4]);
  const { percentiles = [], objectives, goodput } = reportJson(run);
  const found = percentiles.find((one) => one.level === 1 && one.figure === 'e2eMs' && one.percentile === 50);
  expect(found?.valueMs).toBe(run.summary.levels[1]?.e2eMs.p50);
  expect(objectives).toHaveLength(2);
  expect(objectives?.[0]).toEqual({ level: 0, clients: 2, objective: 'p50(e2e) < 200ms', status: 'met', value: 120 });
  expect(goodput?.map(({ level }) => level)).toEqual([0, 1]);
});

test('the largest load under objectives is below the first that misses one', () => {
  const of = (statuses: readonly ('met' | 'missed' | 'unknown')[]) => {
    const verdicts = statuses.map((status, level) => [level, [{ objective, status }]] as const);
    return maxLoadUnderObjectives(madeUpReport(madeUpRun(levels), { verdicts: new Map(verdicts) }), levels);
  };
  expect(of(['met', 'met', 'met', 'missed', 'met', 'met'])).toEqual({ kind: 'clients', value: 4 });
  expect(of(['unknown', 'met', 'unknown', 'met', 'missed', 'missed'])).toEqual({ kind: 'clients', value: 8 });
  expect(of(['missed', 'met', 'met', 'met', 'met', 'met'])).toBeUndefined();
  expect(of(['unknown', 'unknown', 'unknown', 'unknown', 'unknown', 'unknown'])).toBeUndefined();
});

test('what was asked for is a table below the report', async () => {
  const lines = renderAsked(foldedReport({ seed: 1 }, [2, 4]), narrow);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/asked-80.txt');
});
