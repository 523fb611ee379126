import { parseObjective } from '../criteria/objective.ts';
import { renderAsked } from '../reports/askedText.ts';
import { renderFiguresNote } from '../reports/figuresNoteText.ts';
import { renderLevelCsv } from '../reports/levelCsv.ts';
import { renderMarkdown } from '../reports/levelMarkdown.ts';
import type { ReportedRun } from '../reports/reportedRun.ts';
import { reportJson } from '../reports/reportJson.ts';
import { runWords } from '../reports/reportWords.ts';
import { renderSummary } from '../reports/summaryText.ts';
import { paint, shown, type TextStyle } from '../reports/textStyle.ts';
import { deliver } from './deliver.ts';
import { judgeReport } from './judgeReport.ts';
import { loadReport, readFigures } from './loadReport.ts';
import type { ReportOptions } from './reportOptions.ts';
import { createScreen } from './screen.ts';
import type { Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

/**
 * `deepspeedometer report`: every figure and picture again, from logs alone.
 * @param logs name the logs, see `openRun`; `latest` where there is none
 * @returns the exit code: 3 where an objective is missed, or cannot be judged
 */
export async function report(logs: readonly string[], options: ReportOptions, terminal: Terminal): Promise<number> {
  const question = {
    ...readFigures(options),
    percentiles: options.percentiles.map((percent) => Number((percent / 100).toPrecision(12))),
    objectives: options.objective.map(parseObjective),
  };
  const runs: ReportedRun[] = [];
  for (const log of logs.length === 0 ? ['latest'] : logs) {
    runs.push(await loadReport(log, options.result_dir, question));
  }
  const { format, to } = options;
  const content = await render(labelled(runs), options, terminal);
  deliver(content, { format, to, beside: [runs[0]?.place ?? '.', 'report'] }, terminal);
  return judgeReport(runs, options);
}

/** Runs of one server are told apart by their ids alone. */
function labelled(runs: readonly ReportedRun[]): readonly ReportedRun[] {
  const servers = new Set(runs.map(({ started: { api, model } }) => `${api} ${model}`));
  return runs.length > 1 && servers.size === 1 ? runs.map((run) => ({ ...run, label: run.started.runId })) : runs;
}

async function render(
  runs: readonly ReportedRun[],
  options: ReportOptions,
  terminal: Terminal,
): Promise<string | Uint8Array> {
  switch (options.format) {
    case 'text':
      return renderText(runs, options, terminal);
    case 'json': {
      const all = runs.map(reportJson);
      return `${JSON.stringify(all.length === 1 ? all[0] : all, undefined, 2)}\n`;
    }
    case 'csv':
      return renderLevelCsv(runs);
    case 'md':
      return renderMarkdown(runs);
    case 'html':
      return (await import('../reports/page/reportPage.ts')).renderPage(runs, packageVersion());
    case 'svg':
      return (await import('../reports/charts/picture.ts')).drawReportPicture(runs, options);
    case 'png': {
      const svg = (await import('../reports/charts/picture.ts')).drawReportPicture(runs, options);
      return (await import('../reports/charts/png.ts')).renderPng(svg);
    }
  }
}

function renderText(runs: readonly ReportedRun[], options: ReportOptions, { output, errors }: Terminal): string {
  const screen = createScreen(output, errors);
  const isScreen = options.to === undefined || options.to === '-';
  const style: TextStyle = isScreen
    ? { ...screen.style, columns: screen.columns }
    : { columns: 100, color: false, unicode: true };
  const lines = runs.flatMap((run, index) => [
    ...(index === 0 ? [] : ['', '']),
    paint(shown(runWords(run), style), 'strong', style),
    ...renderFiguresNote(run, style),
    ...(run.damage === undefined ? [] : [paint(shown(`warning  ${run.damage}`, style), 'warning', style)]),
    '',
    ...renderSummary(run.summary, style, {
      places: [{ label: 'Log', place: `${run.place}/` }],
      sweeps: true,
      warnings: true,
      error: true,
    }),
    ...renderAsked(run, style),
  ]);
  return lines.map((line) => `${line}\n`).join('');
}
