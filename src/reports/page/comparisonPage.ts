import type { FigureComparison, LevelComparison } from '../../criteria/compareRuns.ts';
import { element } from '../charts/svg.ts';
import { type ComparedReport, differingFacts, factText, letterOf } from '../comparedReport.ts';
import { comparisonAnswer, comparisonRow, levelRemarks, levelWords } from '../comparisonWords.ts';
import { formatNumber } from '../quantities.ts';
import type { Remark } from '../remarks.ts';
import { reportedSweeps } from '../reportedRun.ts';
import { remarkList, section, subtitle, table, text } from './pageParts.ts';
import { renderCurves, renderLoads } from './pageSections.ts';
import { renderShell } from './pageShell.ts';

const howTo = [
  'A figure of two runs is compared by its ratio, a share of failures by its difference. Errors come from blocks of event time that are drawn anew, since requests that share a batch are not independent; the interval is that of the t distribution for the logarithm of the ratio.',
  'A verdict is given where the corrected chance of such a difference, were there none, is at most 5 %. It is corrected for the number of all figures of the comparison (Holm), so an interval may leave out 1 without a verdict. "No difference shown" does not say that there is none.',
  'Blocks tell how much a run varies within itself. What changes from one run to the next (another machine, a warm cache, a neighbour) is in no interval: repeat a run to see it.',
];

/**
 * A comparison as one page that needs nothing else: the answer and the overlaid curve first, then every level.
 * @param version of the tool
 * @returns HTML
 */
export function renderComparisonPage(report: ComparedReport, version: string): string {
  const { runs, comparisons } = report;
  const [answer, ...more] = comparisonAnswer(report);
  const sweeps = reportedSweeps(runs);
  const names = runs.map(({ label, started }) =>
    element(
      'p',
      {},
      element('b', {}, text(label)),
      ` ${text(`${started.api} · ${started.model} · run ${started.runId}`)}`,
    ),
  );
  const levels = comparisons.flatMap(({ levels: compared }, index) =>
    compared.map((level) => renderLevel(level, letterOf(index + 1))),
  );
  const damages = runs.flatMap(({ label, damage }): Remark[] =>
    damage === undefined ? [] : [{ tone: 'bad', text: `${label}: ${damage}` }],
  );
  const body = [
    element('header', {}, element('h1', {}, text(answer?.text ?? 'Nothing to compare')), ...names),
    element(
      'main',
      {},
      remarkList([...more, ...damages]),
      section('curve', 'Latency over throughput', sweeps.length === 0 ? '' : renderCurves(sweeps)),
      section('levels', 'Levels', ...levels),
      section('loads', 'Against the load', sweeps.length === 0 ? '' : renderLoads(sweeps)),
      section('options', 'Options that differ', renderFacts(report)),
      section('how', 'How runs are compared', ...howTo.map((words) => element('p', {}, text(words)))),
    ),
    element('footer', {}, renderFoot(report, version)),
  ];
  const title = runs.map(({ label, started }) => `${label} ${started.model}`).join(', ');
  return renderShell(`${title} · deepspeedometer`, body.join('\n'));
}

function renderLevel(level: LevelComparison, name: string): string {
  const head = [`${name} against A`, 'A', name, 'difference', 'ratio', '95 % interval', 'verdict'];
  const rows = level.figures.map((comparison) => {
    const row = comparisonRow(comparison);
    const { before, after, difference, ratio, interval, verdict, tone } = row;
    const cells = [row.name, before, after, difference, ratio, interval].map((words) => ({ content: text(words) }));
    const tip = tipOf(comparison);
    return {
      cells: [
        ...cells,
        {
          content: text(verdict),
          ...(tip === '' ? {} : { tip }),
          ...(tone === 'bad' ? { kind: 'bad-cell' as const } : {}),
        },
      ],
      isMarked: tone === 'good',
    };
  });
  const columns = head.map((words) => ({ content: text(words) }));
  const label = levelWords(level, name);
  return subtitle(label) + table(label, columns, rows) + remarkList(levelRemarks(level));
}

function tipOf({ reason, pValue, adjustedPValue }: FigureComparison): string {
  if (reason !== undefined) return reason;
  if (pValue === undefined) return '';
  return `p ${formatNumber(pValue)}, corrected for the number of figures ${formatNumber(adjustedPValue)}`;
}

function renderFacts({ runs }: ComparedReport): string {
  const head = ['option', ...runs.map((_, index) => letterOf(index))].map((words) => ({ content: text(words) }));
  const rows = differingFacts(runs).map(({ name, values }) => ({
    cells: [name, ...values.map(factText)].map((words) => ({ content: text(words) })),
  }));
  return table('Options that differ', head, rows);
}

function renderFoot({ runs }: ComparedReport, version: string): string {
  const again = `deepspeedometer compare ${runs.map(({ place }) => place).join(' ')} --format html`;
  const words = `deepspeedometer ${text(version)}. Every figure was computed from the event logs. Again: `;
  return element('p', {}, words, element('code', {}, text(again)));
}
