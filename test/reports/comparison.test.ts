import { expect, test } from 'vitest';
import { type ComparedRun, compareRuns } from '../../src/criteria/compareRuns.ts';
import { judgeRegressions, parseRegression } from '../../src/criteria/regression.ts';
import { type ComparedReport, differingFacts, letterOf } from '../../src/reports/comparedReport.ts';
import { renderComparisonMarkdown } from '../../src/reports/comparisonMarkdown.ts';
import { renderComparison } from '../../src/reports/comparisonText.ts';
import { renderComparisonPage } from '../../src/reports/page/comparisonPage.ts';
import { comparedRun, repeatedRun } from '../criteria/comparedRun.ts';
import { parameters } from '../simulator/parameters.ts';
import { ascii, expectGolden, narrow, wide } from './golden.ts';
import { madeUpReport } from './madeUpReport.ts';

const load = { requestsPerClient: 64, promptTokens: 64, outputTokens: 24 };
const usual = parameters({ step_jitter: 0.1 });
const before = comparedRun(usual, [2, 4, 8], { ...load, seed: 1 });
const after = comparedRun(parameters({ step_jitter: 0.1, step_base_ms: 5 }), [4, 8, 16], { ...load, seed: 2 });
const hostile = '<script>alert(1)</script>\u001b[31m|x';

function reportOf(runs: readonly ComparedRun[]): ComparedReport {
  const comparisons = compareRuns(runs, [0.5, 0.9, 0.99], []);
  const regressions = ['p90(ttft) worse by 5%', 'p99(e2e) worse by 5%'].map(parseRegression);
  return {
    runs: runs.map(({ summary }, index) => {
      const { started } = madeUpReport(summary);
      const options = { step_base_ms: index === 0 ? 6 : 5, url: index === 0 ? 'http://127.0.0.1:8000' : hostile };
      return madeUpReport(summary, {
        label: letterOf(index),
        started: { ...started, startedAt: `run ${index}`, options },
      });
    }),
    comparisons,
    regressions: comparisons.map(({ levels }) => judgeRegressions(regressions, levels)),
  };
}

const report = reportOf([before, after]);

test.each([
  ['80', narrow],
  ['120', wide],
  ['ascii', ascii],
] as const)('a comparison reads well: %s', async (name, style) => {
  await expectGolden(renderComparison(report, style), `comparison-${name}`, style);
});

test('repeats are named, those that only one of the runs has among them', () => {
  const words = (runs: readonly ComparedRun[]) =>
    renderComparison(reportOf(runs), { ...wide, columns: 200 }).join('\n');
  const both = words([repeatedRun(before, 2), repeatedRun(after, 2)]);
  for (const repeat of [1, 2]) expect(both).toContain(`4 clients · repeat ${repeat} · prompts 64 → 24 tokens`);
  expect(both).toMatch(/p90\(ttft\) worse by 5%, B with 4 clients \(repeat 2\)/);
  const one = words([repeatedRun(before, 2), after]);
  expect(one).toContain(
    'Only A has 2 clients (repeat 1, prompts 64 → 24), 2, 4 and 8 clients (repeat 2, prompts 64 → 24).',
  );
  expect(one).toContain('Only B has 16 clients (prompts 64 → 24).');
  const [late] = repeatedRun(before, 2).summary.levels.slice(-1);
  const second = {
    ...repeatedRun(before, 2),
    summary: { ...repeatedRun(before, 2).summary, levels: [late ?? expect.fail()] },
  };
  expect(words([second, after])).toContain('8 clients · repeat 2 of A, 1 of B · prompts');
});

test('a comparison as Markdown', async () => {
  await expect(renderComparisonMarkdown(report)).toMatchFileSnapshot('golden/comparison.md');
});

test('a page says what every table says, and runs nothing of others', () => {
  const page = renderComparisonPage(report, '0.1.0');
  expect(page).toContain('<h1>B against A: faster in');
  expect(page.match(/<svg /g)?.length).toBeGreaterThan(2);
  expect(page).toContain('4 clients · prompts 64 → 24 tokens · streamed');
  expect(page).not.toContain('<script>alert');
  expect(page).not.toMatch(/https?:\/\/(?!127\.0\.0\.1|www\.w3\.org)/);
});

test('that two runs were two processes, and how they were shown, is no difference', () => {
  const [run = expect.fail()] = report.runs;
  const { options, machine } = run.started;
  const asked = { ...options, output: 'json', quiet: true };
  const other = { ...run, started: { ...run.started, options: asked, machine: { ...machine, pid: -1 } } };
  expect(differingFacts([run, other])).toEqual([]);
});

test('runs that are alike differ in no fact', () => {
  const { runs } = report;
  expect(differingFacts([...runs, ...runs].filter((_, index) => index % 2 === 0))).toEqual([]);
  expect(differingFacts(runs).map(({ name, values }) => [name, values[0]])).toEqual([
    ['step_base_ms', 6],
    ['url', 'http://127.0.0.1:8000'],
  ]);
});
