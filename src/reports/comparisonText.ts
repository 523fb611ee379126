import type { LevelComparison } from '../criteria/compareRuns.ts';
import { type ComparedReport, differingFacts, factText, letterOf } from './comparedReport.ts';
import { type ComparisonRow, comparisonAnswer, comparisonRow, levelRemarks, levelWords } from './comparisonWords.ts';
import { renderOverlaidCurve } from './overlaidCurve.ts';
import { renderRemarks } from './remarks.ts';
import { type ReportedRun, reportedSweeps } from './reportedRun.ts';
import { paint, shown, type TextStyle } from './textStyle.ts';

type Column = Exclude<keyof ComparisonRow, 'tone'>;

const columns: readonly Column[] = ['name', 'before', 'after', 'difference', 'ratio', 'interval', 'verdict'];

/**
 * A comparison for people: the runs, the options in which they differ, the answer, the overlaid curve, then each level.
 * @returns lines, without a line break at their end
 */
export function renderComparison(report: ComparedReport, style: TextStyle): readonly string[] {
  const { runs, comparisons } = report;
  const levels = comparisons.flatMap(({ levels: compared }, index) =>
    compared.map((level) => renderLevel(level, letterOf(index + 1), style)),
  );
  const parts = [
    [...runs.flatMap((run) => renderRun(run, style))],
    renderFacts(runs, style),
    renderRemarks(comparisonAnswer(report), style),
    renderOverlaidCurve(reportedSweeps(runs), style),
    ...levels,
  ];
  return parts.filter(({ length }) => length > 0).flatMap((part, index) => (index === 0 ? part : ['', ...part]));
}

function renderRun({ label, started, place, damage }: ReportedRun, style: TextStyle): readonly string[] {
  const words = shown(`${started.api} · ${started.model} · ${started.runId}`, style);
  const where = shown(place, style);
  const fits = `  ${label}  ${words}  ${where}`.length <= style.columns;
  const head = `  ${paint(label, 'strong', style)}  ${words}`;
  const placed = paint(where, 'faint', style);
  return [
    ...(fits ? [`${head}  ${placed}`] : [head, `     ${placed}`]),
    ...(damage === undefined ? [] : renderRemarks([{ tone: 'warning', text: `warning  ${damage}` }], style)),
  ];
}

function renderFacts(runs: readonly ReportedRun[], style: TextStyle): readonly string[] {
  const facts = differingFacts(runs);
  if (facts.length === 0) return [];
  const width = Math.max(...facts.map(({ name }) => name.length));
  return facts.flatMap(({ name, values }) => {
    const words = values.map((value, index) => `${letterOf(index)} ${clipped(shown(factText(value), style))}`);
    const head = shown(name, style);
    const isShort = width + words.join('   ').length + 4 <= style.columns;
    return isShort
      ? [`  ${paint(head.padEnd(width), 'faint', style)}  ${words.join('   ')}`]
      : [`  ${paint(head, 'faint', style)}`, ...words.map((word) => `     ${word}`)];
  });
}

const widestFact = 28;

function clipped(text: string): string {
  return text.length > widestFact ? `${text.slice(0, widestFact - 3)}...` : text;
}

function renderLevel(level: LevelComparison, name: string, style: TextStyle): readonly string[] {
  const heads: Readonly<Record<Column, string>> = {
    name: `${name} against A`,
    before: 'A',
    after: name,
    difference: 'difference',
    ratio: 'ratio',
    interval: '95 % interval',
    verdict: 'verdict',
  };
  const rows = level.figures.map(comparisonRow);
  const widthOf = (column: Column): number =>
    Math.max(heads[column].length, ...rows.map((row) => shown(row[column], style).length));
  const wanted = columns.reduce((sum, column) => sum + widthOf(column) + 2, 0);
  // What is left can be told from both values: the difference goes where a line is too short for all.
  const shownColumns = wanted > style.columns ? columns.filter((column) => column !== 'difference') : columns;
  const line = (cells: Readonly<Record<Column, string>>): string =>
    shownColumns
      .map((column) => {
        const cell = shown(cells[column], style);
        const isLeft = column === 'name' || column === 'verdict';
        return `  ${isLeft ? cell.padEnd(widthOf(column)) : cell.padStart(widthOf(column))}`;
      })
      .join('')
      .trimEnd();
  return [
    `  ${paint(shown(levelWords(level, name), style), 'strong', style)}`,
    paint(line(heads), 'faint', style),
    ...rows.map((row) => paint(line(row), row.tone, style)),
    ...renderRemarks(levelRemarks(level), style),
  ];
}
