import type { LevelSummary } from '../metrics/levelSummary.ts';
import { isSaturationPoint } from '../metrics/saturationPoint.ts';
import { maxLoadWords, verdictWords } from './askedText.ts';
import type { CellTable } from './cellTable.ts';
import { exactPercent, goodputOf } from './keptTable.ts';
import { plainText } from './plainText.ts';
import { formatCount, formatDuration, formatLoad, formatNumber, formatTokens, loadHead } from './quantities.ts';
import { repeatTables } from './repeatTable.ts';
import { figuresNote, type ReportedRun, type ReportedSweep, reportedSweeps } from './reportedRun.ts';
import { answerOf, runWords, trustOf } from './reportWords.ts';
import { turnTables } from './turnTable.ts';

type Cell = (level: LevelSummary) => string;

/** The runs for a text that is read as Markdown: what was measured, the answer, the table, what it is worth. */
export function renderMarkdown(runs: readonly ReportedRun[]): string {
  const sweeps = reportedSweeps(runs);
  return `${runs
    .flatMap((run) =>
      renderRun(
        run,
        sweeps.filter((sweep) => sweep.run === run),
      ),
    )
    .join('\n')}\n`;
}

function renderRun(run: ReportedRun, sweeps: readonly ReportedSweep[]): readonly string[] {
  return [
    `## ${escapedMarkdown(run.label)}`,
    '',
    `${escapedMarkdown(runWords(run))}.`,
    '',
    ...renderNote(run),
    ...sweeps.flatMap((sweep) => renderSweep(run, sweep)),
    ...repeatTables(run.summary).flatMap(renderCellTable),
    ...trustOf(run).map(({ text }) => `- ${escapedMarkdown(text)}`),
    '',
  ];
}

function renderNote(run: ReportedRun): readonly string[] {
  const note = figuresNote(run);
  if (note === undefined) return [];
  const list = note.differences.map((words) => `- ${escapedMarkdown(words)}`);
  return [escapedMarkdown(note.text), '', ...(list.length === 0 ? [] : [...list, ''])];
}

function renderSweep(run: ReportedRun, sweep: ReportedSweep): readonly string[] {
  const { levels, label } = sweep;
  const columns = columnsOf(run, levels);
  const rows = levels.map((level) => {
    const cells = columns.map(([, cell]) => cell(level));
    const isPoint = isSaturationPoint(level, sweep.saturation);
    return `| ${(isPoint ? cells.map((cell) => `**${cell}**`) : cells).join(' | ')} |`;
  });
  const objectives = run.objectives.length === 0 ? [] : [maxLoadWords(run, levels)];
  return [
    ...(label === '' ? [] : [`### ${escapedMarkdown(label)}`, '']),
    ...[...answerOf(sweep).map(({ text }) => escapedMarkdown(text)), ...objectives].flatMap((text) => [text, '']),
    ...headLines(columns.map(([name]) => name)),
    ...rows,
    '',
    ...turnTables(levels).flatMap(renderCellTable),
  ];
}

function renderCellTable({ title, head, rows }: CellTable): readonly string[] {
  return [`### ${title}`, '', ...headLines(head), ...rows.map((cells) => `| ${cells.join(' | ')} |`), ''];
}

function headLines(names: readonly string[]): readonly string[] {
  return [`| ${names.map(escapedMarkdown).join(' | ')} |`, `| ${names.map(() => '---:').join(' | ')} |`];
}

function columnsOf(run: ReportedRun, levels: readonly LevelSummary[]): readonly (readonly [string, Cell])[] {
  const streamed: readonly (readonly [string, Cell])[] = [
    ['TTFT p50', ({ ttftMs }) => formatDuration(ttftMs.p50)],
    ['TTFT p99', ({ ttftMs }) => formatDuration(ttftMs.p99)],
    ['TPOT p50', ({ tpotMs }) => formatDuration(tpotMs.p50)],
    ['TPOT p99', ({ tpotMs }) => formatDuration(tpotMs.p99)],
  ];
  const kept: readonly (readonly [string, Cell])[] = [
    ['goodput req/s', (level) => formatNumber(goodputOf(run, level))],
    ['kept', ({ objectives }) => exactPercent(objectives?.keptRatio)],
  ];
  return [
    [loadHead(levels), ({ load }) => formatLoad(load)],
    ['requests/s', ({ steady }) => formatNumber(steady?.requestsPerSec)],
    ['tokens/s', ({ steady }) => formatTokens(steady?.outputTokensPerSec)],
    ...(levels.some(({ streaming }) => streaming) ? streamed : []),
    ['e2e mean', ({ e2eMs }) => formatDuration(e2eMs.mean)],
    ['e2e p99', ({ e2eMs }) => formatDuration(e2eMs.p99)],
    ['failed', ({ requests }) => formatCount(requests.failed + requests.empty)],
    ...run.objectives.map(({ text }, index): readonly [string, Cell] => [
      text,
      ({ level }) => {
        const verdict = run.verdicts.get(level)?.[index];
        return verdict === undefined ? '-' : verdictWords(verdict);
      },
    ]),
    ...(levels.some(({ objectives }) => objectives !== undefined) ? kept : []),
  ];
}

/** Text of others must not become markup. */
export function escapedMarkdown(text: string): string {
  return plainText(text).replace(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`);
}
