import { type ComparedReport, differingFacts, factText, letterOf } from './comparedReport.ts';
import { comparisonAnswer, comparisonRow, levelRemarks, levelWords } from './comparisonWords.ts';
import { escapedMarkdown } from './levelMarkdown.ts';

/** A comparison for a text that is read as Markdown, such as the comment of a CI job. */
export function renderComparisonMarkdown(report: ComparedReport): string {
  const { runs, comparisons } = report;
  const facts = differingFacts(runs);
  const letters = runs.map((_, index) => letterOf(index));
  const lines = [
    ...comparisonAnswer(report).map(({ text }) => `- ${escapedMarkdown(text)}`),
    '',
    ...runs.map(
      ({ label, started }) =>
        `- **${escapedMarkdown(label)}**: ${escapedMarkdown(`${started.api} · ${started.model} · ${started.runId}`)}`,
    ),
    '',
    ...(facts.length === 0
      ? []
      : table(
          ['option', ...letters],
          facts.map(({ name, values }) => [name, ...values.map(factText)]),
        )),
    ...comparisons.flatMap(({ levels }, index) =>
      levels.flatMap((level) => {
        const name = letterOf(index + 1);
        const rows = level.figures.map(comparisonRow);
        return [
          `### ${escapedMarkdown(levelWords(level, name))}`,
          '',
          ...table(
            [`${name} against A`, 'A', name, 'difference', 'ratio', '95 % interval', 'verdict'],
            rows.map((row) => [row.name, row.before, row.after, row.difference, row.ratio, row.interval, row.verdict]),
          ),
          ...levelRemarks(level).flatMap(({ text }) => [escapedMarkdown(text), '']),
        ];
      }),
    ),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapedMarkdown).join(' | ')} |`;
  return [
    line(head),
    `| ${head.map((_, index) => (index === 0 ? '---' : '---:')).join(' | ')} |`,
    ...rows.map(line),
    '',
  ];
}
