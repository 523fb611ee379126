import type { JsonValue } from '../../events/events.ts';
import type { Definitions } from '../../metrics/definitions/definitions.ts';
import { element } from '../charts/svg.ts';
import { formulaOf, formulas } from '../formulas.ts';
import {
  absent,
  formatClients,
  formatCount,
  formatNumber,
  formatPercent,
  formatTokens,
  loadHead,
} from '../quantities.ts';
import type { Remark } from '../remarks.ts';
import { repeatTables } from '../repeatTable.ts';
import { type FiguresNote, figuresNote, type ReportedRun, type ReportedSweep, reportedSweeps } from '../reportedRun.ts';
import { answerOf, runWords, trustOf } from '../reportWords.ts';
import { turnTables } from '../turnTable.ts';
import { renderCellTables } from './cellTableHtml.ts';
import { renderLevels } from './levelTableHtml.ts';
import { explained, remarkList, section, subtitle, text } from './pageParts.ts';
import {
  renderCurves,
  renderGenerator,
  renderLengths,
  renderLoads,
  renderServer,
  renderSpreads,
  renderTimeline,
} from './pageSections.ts';
import { renderShell } from './pageShell.ts';

/** Pictures of more sweeps would make the page slow to open; their tables are all there. */
const mostDrawn = 8;

/**
 * The whole report as one page that needs nothing else: what was measured, the answer and whether it can be trusted first,
 * then all that stands behind it.
 * @param version of the tool
 * @returns HTML
 */
export function renderPage(runs: readonly ReportedRun[], version: string): string {
  const sweeps = reportedSweeps(runs);
  const drawn = sweeps.slice(0, mostDrawn);
  const runLabel = (run: ReportedRun): string => (runs.length > 1 ? run.label : '');
  const left = sweeps.length - drawn.length;
  const leftOut =
    left === 0 ? '' : element('p', { class: 'faint' }, `Of the first ${mostDrawn} of ${sweeps.length} sweeps.`);
  const levels = sweeps.map(
    (sweep) => subtitle(sweep.label) + (sweeps.length > 1 ? answers(sweep) : '') + renderLevels(sweep),
  );
  const body = [
    renderHead(runs, sweeps),
    element(
      'main',
      {},
      renderFirst(runs, sweeps, drawn),
      section('levels', 'Levels', ...levels),
      section('turns', 'Turns of conversations', ...sweeps.map(renderTurns)),
      section(
        'repeats',
        'Repeats',
        ...runs.map((run) => subtitle(runLabel(run)) + renderCellTables(repeatTables(run.summary))),
      ),
      section('load', 'Against the load', drawn.length === 0 ? '' : renderLoads(drawn), leftOut),
      section(
        'spreads',
        'Distributions',
        ...drawn.map((sweep, index) => renderSpreads(sweep, `spread${index}`)),
        leftOut,
      ),
      section('time', 'Over time', timeWords(runs), ...runs.map((run) => renderTimeline(run, runLabel(run)))),
      section('lengths', 'Lengths: asked for, and what came', ...drawn.map(renderLengths), leftOut),
      section('generator', 'The load generator itself', ...drawn.map(renderGenerator), leftOut),
      section('server', "The server's own view", ...sweeps.map(renderServer)),
      section('options', 'Options', ...runs.map((run) => subtitle(runLabel(run)) + renderOptions(run))),
      section('formulas', 'How the figures are made', renderFormulas(runs[0]?.definitions)),
    ),
    renderFoot(runs, version),
  ].join('\n');
  return renderShell(titleOf(runs), body);
}

function titleOf(runs: readonly ReportedRun[]): string {
  return `${runs.map(({ started }) => `${started.model} (${started.api})`).join(', ')} · deepspeedometer`;
}

function renderHead(runs: readonly ReportedRun[], sweeps: readonly ReportedSweep[]): string {
  const kicker = runs.map(
    ({ started }) => `${started.startedAt.slice(0, 16).replace('T', ' ')} UTC · run ${started.runId}`,
  );
  const [only] = sweeps;
  const [answer] = only === undefined ? [] : answerOf(only);
  const title = sweeps.length > 1 ? countWords(runs, sweeps) : answer?.text;
  const notes = new Map(runs.flatMap((run) => figuresNote(run) ?? []).map((note) => [note.text, note]));
  return element(
    'header',
    {},
    ...(runs.length > 3 ? [] : kicker).map((words) => element('p', { class: 'kicker' }, text(words))),
    element('h1', {}, text(title ?? 'No level was measured')),
    ...[...new Set(runs.map(runWords))].map((words) => element('p', {}, text(words))),
    ...[...notes.values()].map(renderNote),
  );
}

function renderNote({ text: words, differences }: FiguresNote): string {
  const items = differences.map((difference) => element('li', {}, text(difference)));
  const list = items.length === 0 ? '' : element('ul', { class: 'faint' }, ...items);
  return element('p', { class: 'faint' }, text(words)) + list;
}

function countWords(runs: readonly ReportedRun[], sweeps: readonly ReportedSweep[]): string {
  if (runs.length === 1) return `${sweeps.length} sweeps`;
  return sweeps.length === runs.length ? `${runs.length} runs` : `${sweeps.length} sweeps of ${runs.length} runs`;
}

function renderFirst(
  runs: readonly ReportedRun[],
  sweeps: readonly ReportedSweep[],
  drawn: readonly ReportedSweep[],
): string {
  const [only] = sweeps;
  const isAlone = sweeps.length === 1 && only !== undefined;
  const [, ...more] = isAlone ? answerOf(only) : [];
  const trust: readonly Remark[] = runs.flatMap((run) =>
    trustOf(run).map(({ tone, text: words }) => ({
      tone,
      text: runs.length > 1 ? `${run.started.runId}: ${words}` : words,
    })),
  );
  const warnings = runs.flatMap(({ summary }) =>
    summary.warnings.map((words): Remark => ({ tone: 'warning', text: words })),
  );
  const card = (title: string, content: string): string =>
    content === '' ? '' : element('div', { class: 'card' }, element('h2', {}, text(title)), content);
  const list = sweeps.map((sweep) =>
    element('p', {}, element('b', {}, text(sweep.label)), ` ${text(answerOf(sweep)[0]?.text ?? '')}`),
  );
  return element(
    'div',
    { class: 'first' },
    element(
      'div',
      {},
      ...more.map(({ text: words }) => element('p', {}, text(words))),
      ...(isAlone ? [] : list.slice(0, mostDrawn)),
      drawn.length === 0 ? '' : renderCurves(drawn),
    ),
    element(
      'aside',
      {},
      isAlone ? card('The answer', renderTiles(only)) : '',
      card('Can I trust it?', remarkList([...trust, ...warnings])),
    ),
  );
}

function pointWords({ status, clients, ratePerSec, speed }: ReportedSweep['saturation']): string {
  if (status === 'found' && speed !== undefined) return `${formatNumber(speed)}x`;
  if (status === 'found')
    return ratePerSec === undefined ? formatClients(clients) : `${formatNumber(ratePerSec)} req/s`;
  return status === 'notSaturated' ? 'not reached' : 'unknown';
}

function renderTiles({ saturation, levels }: ReportedSweep): string {
  const { status, requestsPerSec, outputTokensPerSec, relativeHalfWidth, maxPowerClients } = saturation;
  const measured = levels.reduce((sum, { requests }) => sum + requests.completed, 0);
  const [from, to] = maxPowerClients ?? [];
  const best = from === to ? formatCount(from) : `${formatCount(from)} to ${formatCount(to)}`;
  const tiles: readonly (readonly [string, string])[] = [
    ...(loadHead(levels) !== 'clients'
      ? [[explained('Keeps up with', 'keepsUp'), pointWords(saturation)] as const]
      : [
          [explained('Saturation point', 'saturation'), pointWords(saturation)] as const,
          [explained('Best balance', 'balance'), maxPowerClients === undefined ? '-' : `${best} clients`] as const,
        ]),
    [
      explained(status === 'found' ? 'Plateau' : 'Highest', 'requests'),
      withUnit(formatNumber(requestsPerSec), 'req/s'),
    ],
    [explained('Tokens', 'tokens'), withUnit(formatTokens(outputTokensPerSec), 'tok/s')],
    [
      explained('95 % interval', 'interval'),
      relativeHalfWidth === undefined ? '-' : `± ${formatPercent(relativeHalfWidth)}`,
    ],
    ['Requests completed', formatCount(measured)],
  ];
  const entries = tiles.map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, text(value))),
  );
  return element('dl', { class: 'tiles' }, ...entries);
}

function withUnit(figure: string, unit: string): string {
  return figure === absent ? absent : `${figure} ${unit}`;
}

function answers(sweep: ReportedSweep): string {
  return answerOf(sweep)
    .map(({ text: words }) => element('p', {}, text(words)))
    .join('');
}

function renderTurns({ label, levels }: ReportedSweep): string {
  const tables = renderCellTables(turnTables(levels));
  return tables === '' ? '' : subtitle(label) + tables;
}

function timeWords(runs: readonly ReportedRun[]): string {
  if (runs.every(({ details }) => details.size === 0)) return '';
  const words = 'Shaded: ramp and drain, which are in no figure. Warm-up requests are not shown.';
  return element('p', { class: 'faint' }, words);
}

function renderOptions({ started, summary }: ReportedRun): string {
  const [options = started.options, ...others] = summary.sweeps.map((sweep) => ({
    ...started.options,
    ...sweep.options,
  }));
  const differing = Object.keys(options).filter((name) =>
    others.some((other) => valueText(other[name] ?? '') !== valueText(options[name] ?? '')),
  );
  const only = (values: Readonly<Record<string, JsonValue>>, isWanted: (name: string) => boolean) =>
    list(Object.fromEntries(Object.entries(values).filter(([name]) => isWanted(name))));
  const facts: Readonly<Record<string, JsonValue>> = { deepspeedometer: started.version, ...started.machine };
  const list = (values: Readonly<Record<string, JsonValue>>): string =>
    element(
      'dl',
      { class: 'options' },
      ...Object.entries(values).map(([name, value]) =>
        element('div', {}, element('dt', {}, text(name)), element('dd', {}, text(valueText(value)))),
      ),
    );
  const ofSweeps = [options, ...others].map(
    (ofSweep, index) => subtitle(`Sweep ${index + 1}`) + only(ofSweep, (name) => differing.includes(name)),
  );
  return [
    only(options, (name) => !differing.includes(name)),
    ...(differing.length === 0 ? [] : ofSweeps),
    subtitle('Machine of the load generator'),
    list(facts),
  ].join('');
}

function valueText(value: JsonValue): string {
  return typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? value.map(valueText).join(' ')
      : JSON.stringify(value);
}

function renderFormulas(definitions: Definitions | undefined): string {
  const keys = Object.keys(formulas) as (keyof typeof formulas)[];
  const entries = keys.map((key) => {
    const { name, words } = formulaOf(key, definitions);
    return element('dt', {}, text(name)) + element('dd', {}, text(words));
  });
  return element('dl', { class: 'formulas' }, ...entries);
}

function renderFoot(runs: readonly ReportedRun[], version: string): string {
  const again = `deepspeedometer report ${runs.map(({ place }) => place).join(' ')} --format html`;
  return element(
    'footer',
    {},
    element(
      'p',
      {},
      `deepspeedometer ${text(version)}. Every figure was computed from the event log. Again: `,
      element('code', {}, text(again)),
    ),
  );
}
