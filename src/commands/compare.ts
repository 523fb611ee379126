import { runOptionSpecs } from '../config/runOptions.ts';
import { SpeedometerError } from '../core/errors.ts';
import { compareRuns } from '../criteria/compareRuns.ts';
import { judgeRegressions, parseRegression, type Regression } from '../criteria/regression.ts';
import { type ComparedReport, differingFacts, factText, letterOf } from '../reports/comparedReport.ts';
import { comparisonJson } from '../reports/comparisonJson.ts';
import { renderComparisonMarkdown } from '../reports/comparisonMarkdown.ts';
import { renderComparison } from '../reports/comparisonText.ts';
import type { ReportedRun } from '../reports/reportedRun.ts';
import type { CompareOptions } from './compareOptions.ts';
import { deliver } from './deliver.ts';
import { judgeComparison } from './judgeComparison.ts';
import { type CompareQuestion, type LoadedRun, loadComparedRun } from './loadComparedRun.ts';
import { readWindow } from './loadReport.ts';
import { createScreen } from './screen.ts';
import type { Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

/** Percentiles that every comparison has. */
const usualShares = [0.5, 0.9, 0.99];
const promptOptions = runOptionSpecs.filter(({ meta }) => meta.decides === 'prompts');
/** One letter a run. */
const mostRuns = 26;

/**
 * `deepspeedometer compare`: recorded runs against the first of them, from logs alone.
 * @param logs name the logs, see `openRun`
 * @returns the exit code: 3 where a figure got worse than it may, or that cannot be judged
 */
export async function compare(logs: readonly string[], options: CompareOptions, terminal: Terminal): Promise<number> {
  if (logs.length < 2 || logs.length > mostRuns) {
    throw new SpeedometerError('usage', `compare: expected 2 to ${mostRuns} logs, got ${logs.length}`, {
      hint: 'deepspeedometer compare results/runs/BEFORE latest',
    });
  }
  const regressions = options.fail_if.map(parseRegression);
  const question: CompareQuestion = {
    resultDir: options.result_dir,
    window: readWindow(options.window),
    percentiles: sharesOf(regressions),
    seed: options.seed,
  };
  const runs: LoadedRun[] = [];
  for (const log of logs) runs.push(await loadComparedRun(log, letterOf(runs.length), question));
  const comparisons = compareRuns(runs, question.percentiles, promptOptions);
  if (comparisons.every(({ levels }) => levels.length === 0)) throw nothingInCommon(runs);
  const { at_clients } = options;
  const report: ComparedReport = {
    runs,
    comparisons,
    regressions: comparisons.map(({ levels }) =>
      judgeRegressions(
        regressions,
        levels.filter(({ clients }) => at_clients.length === 0 || at_clients.includes(clients)),
      ),
    ),
  };
  const { format, to } = options;
  const beside = [runs.at(-1)?.place ?? '.', 'compare'] as const;
  deliver(await render(report, options, terminal), { format, to, beside }, terminal);
  return judgeComparison(report, options);
}

function sharesOf(regressions: readonly Regression[]): readonly number[] {
  const asked = regressions.flatMap(({ figure }) =>
    figure.kind === 'latency' && typeof figure.statistic === 'number' ? [figure.statistic] : [],
  );
  return [...new Set([...usualShares, ...asked])].sort((one, other) => one - other);
}

function nothingInCommon(runs: readonly ReportedRun[]): SpeedometerError {
  const deciding = new Set(runOptionSpecs.filter(({ meta }) => meta.decides !== undefined).map(({ name }) => name));
  const facts = differingFacts(runs)
    .filter(({ name }) => deciding.has(name))
    .map(({ name, values }) => `${name} (${values.map(factText).join(' / ')})`);
  return new SpeedometerError('usage', 'compare: the runs share no load under the same prompts', {
    hint:
      facts.length === 0
        ? 'Run the second one with the same --num_clients and prompt options as the first.'
        : `They differ in ${facts.join(', ')}.`,
  });
}

async function render(
  report: ComparedReport,
  options: CompareOptions,
  terminal: Terminal,
): Promise<string | Uint8Array> {
  switch (options.format) {
    case 'text':
      return renderText(report, options, terminal);
    case 'json':
      return `${JSON.stringify(comparisonJson(report), undefined, 2)}\n`;
    case 'md':
      return renderComparisonMarkdown(report);
    case 'html':
      return (await import('../reports/page/comparisonPage.ts')).renderComparisonPage(report, packageVersion());
    case 'svg':
      return drawOverlaid(report, options);
    case 'png':
      return (await import('../reports/charts/png.ts')).renderPng(await drawOverlaid(report, options));
  }
}

/** A picture stands alone, so its runs are told apart by more than a letter. */
async function drawOverlaid({ runs }: ComparedReport, options: CompareOptions): Promise<string> {
  const servers = new Set(runs.map(({ started: { api, model } }) => `${api} ${model}`));
  const named = runs.map((run) => {
    const { api, model, runId } = run.started;
    return { ...run, label: `${run.label} ${servers.size === 1 ? runId : `${api} ${model}`}` };
  });
  return (await import('../reports/charts/picture.ts')).drawReportPicture(named, { ...options, picture: 'curve' });
}

function renderText(report: ComparedReport, { to }: CompareOptions, { output, errors }: Terminal): string {
  const screen = createScreen(output, errors);
  const isScreen = to === undefined || to === '-';
  const style = isScreen ? { ...screen.style, columns: screen.columns } : { columns: 100, color: false, unicode: true };
  return renderComparison(report, style)
    .map((line) => `${line}\n`)
    .join('');
}
