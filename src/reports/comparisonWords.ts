import { type ComparedFigure, isShare } from '../criteria/comparedFigure.ts';
import type { FigureComparison, LevelComparison, RunComparison } from '../criteria/compareRuns.ts';
import type { RegressionVerdict } from '../criteria/regression.ts';
import type { Load } from '../events/events.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import { type ComparedReport, letterOf } from './comparedReport.ts';
import {
  absent,
  formatCount,
  formatDuration,
  formatList,
  formatLoads,
  formatNumber,
  formatPercent,
  formatTokens,
} from './quantities.ts';
import type { Remark } from './remarks.ts';
import type { ReportedRun } from './reportedRun.ts';

/** A row of a level's table, as text. */
export interface ComparisonRow {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly difference: string;
  readonly ratio: string;
  readonly interval: string;
  readonly verdict: string;
  readonly tone: 'good' | 'bad' | 'plain' | 'faint';
}

const latencyNames = { ttftMs: 'TTFT', tpotMs: 'TPOT', e2eMs: 'e2e' } as const;
const singleNames = {
  requests_per_s: 'requests/s',
  output_tokens_per_s: 'tokens/s',
  error_ratio: 'failed',
} as const;

/** `TTFT p99`, `tokens/s`: the name of a figure as the tables of other reports have it. */
export function figureWords(figure: ComparedFigure): string {
  if (figure.kind === 'single') return singleNames[figure.name];
  const { statistic } = figure;
  const of = statistic === 'mean' ? statistic : `p${Number((statistic * 100).toPrecision(12))}`;
  return `${latencyNames[figure.figure]} ${of}`;
}

/** `faster`, `slower` (of failures: `fewer`, `more`), `no difference shown`, `no verdict`. */
export function verdictWord({ figure, verdict }: FigureComparison): string {
  if (verdict === 'unknown') return 'no verdict';
  if (verdict === 'noDifference') return 'no difference shown';
  if (isShare(figure)) return verdict === 'better' ? 'fewer' : 'more';
  return verdict === 'better' ? 'faster' : 'slower';
}

/** One figure of a level in words. */
export function comparisonRow(comparison: FigureComparison): ComparisonRow {
  const { figure, before, after, difference, ratio, interval, verdict } = comparison;
  const format = formatOf(figure);
  const tones = { better: 'good', worse: 'bad', noDifference: 'plain', unknown: 'faint' } as const;
  const size = format(Math.abs(difference));
  const sign = /^0(?!\.)/.test(size) ? '' : difference > 0 ? '+' : '-';
  return {
    name: figureWords(figure),
    before: format(before),
    after: format(after),
    difference: `${sign}${size}`,
    ratio: formatRatio(ratio),
    interval: formatInterval(figure, interval),
    verdict: verdictWord(comparison),
    tone: tones[verdict],
  };
}

/** What a level is: its load and its prompts. */
export function levelWords({ load, promptLength, maxNewTokens, streaming }: LevelComparison): string {
  const prompts = `prompts ${formatCount(promptLength)} → ${formatCount(maxNewTokens)} tokens`;
  return `${formatLoads(load)} · ${prompts} · ${streaming ? 'streamed' : 'not streamed'}`;
}

/** Why figures of a level have no verdict, each reason once. */
export function levelRemarks({ figures, reason, blocks }: LevelComparison): readonly Remark[] {
  if (reason !== undefined) return [{ tone: 'warning', text: `no verdict: ${reason}` }];
  const byReason = new Map<string, string[]>();
  for (const { figure, reason: why } of figures) {
    if (why !== undefined) byReason.set(why, [...(byReason.get(why) ?? []), figureWords(figure)]);
  }
  return [
    { tone: 'faint', text: `${blocks.join(' and ')} blocks of time` },
    ...[...byReason].map(([why, names]): Remark => ({ tone: 'faint', text: `${formatList(names)}: ${why}` })),
  ];
}

/** The answer: how each run does against the first, what could not be compared, what got worse than it may. */
export function comparisonAnswer({ runs, comparisons, regressions }: ComparedReport): readonly Remark[] {
  return comparisons.flatMap((comparison, index) => [
    ...againstFirst(comparison, letterOf(index + 1)),
    ...sameRun(runs[0], runs[index + 1], letterOf(index + 1)),
    ...(regressions[index] ?? []).flatMap((verdict) => regressionRemark(verdict, letterOf(index + 1))),
  ]);
}

/** A run held against itself differs in nothing, whatever the server does. */
function sameRun(first: ReportedRun | undefined, other: ReportedRun | undefined, name: string): readonly Remark[] {
  const isSame = (['runId', 'startedAt'] as const).every((key) => first?.started[key] === other?.started[key]);
  if (!isSame) return [];
  return [{ tone: 'warning', text: `${name} is the same run as A: no difference can be found.` }];
}

function againstFirst({ levels, unmatched }: RunComparison, name: string): readonly Remark[] {
  const figures = levels.flatMap((level) => level.figures);
  const judged = figures.filter(({ verdict }) => verdict !== 'unknown');
  const [better, worse] = (['better', 'worse'] as const).map(
    (wanted) => figures.filter(({ verdict }) => verdict === wanted).length,
  );
  const without = figures.length - judged.length;
  const open = judged.length - (better ?? 0) - (worse ?? 0);
  const answer =
    judged.length === 0
      ? `${name} against A: no verdict on any figure.`
      : `${name} against A: faster in ${better}, slower in ${worse} of ${judged.length} figures; in ${open} no difference is shown.`;
  const alone = [
    { run: 'A', levels: unmatched.before },
    { run: name, levels: unmatched.after },
  ].filter(({ levels: of }) => of.length > 0);
  return [
    {
      tone: judged.length === 0 ? 'warning' : (worse ?? 0) > 0 ? 'bad' : (better ?? 0) > 0 ? 'good' : 'strong',
      text: answer,
    },
    ...(without === 0 || judged.length === 0
      ? []
      : [{ tone: 'faint', text: `${without} figures have no verdict; the levels say why.` } as const]),
    ...alone.map(({ run, levels: of }): Remark => ({ tone: 'faint', text: `Only ${run} has ${loadsOf(of)}.` })),
  ];
}

function regressionRemark({ regression, load, status, worseBy, reason }: RegressionVerdict, name: string): Remark {
  const at = `${name} with ${formatLoads(load)}`;
  const by = worseBy === undefined ? '' : worseBy > 0 ? `${formatPercent(worseBy)} worse` : 'not worse';
  switch (status) {
    case 'kept':
      return { tone: 'good', text: `kept: ${regression.text}, ${at}: ${by}` };
    case 'regressed':
      return { tone: 'bad', text: `failed: ${regression.text}, ${at}: ${by}` };
    case 'unknown':
      return { tone: 'warning', text: `no verdict: ${regression.text}, ${at}: ${reason ?? 'not measured'}` };
  }
}

function loadsOf(levels: readonly LevelSummary[]): string {
  const byPrompts = new Map<string, Load[]>();
  for (const { load, promptLength, maxNewTokens } of levels) {
    const prompts = `prompts ${formatCount(promptLength)} → ${formatCount(maxNewTokens)}`;
    byPrompts.set(prompts, [...(byPrompts.get(prompts) ?? []), load]);
  }
  return [...byPrompts].map(([prompts, loads]) => `${formatLoads(...loads)} (${prompts})`).join(', ');
}

function formatOf(figure: ComparedFigure): (value: number) => string {
  if (figure.kind === 'latency') return formatDuration;
  return { requests_per_s: formatNumber, output_tokens_per_s: formatTokens, error_ratio: formatPercent }[figure.name];
}

function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined) return absent;
  return ratio < 9.9995 ? ratio.toFixed(3) : formatNumber(ratio);
}

function formatInterval(figure: ComparedFigure, interval: FigureComparison['interval']): string {
  if (interval === undefined) return absent;
  if (!isShare(figure)) return interval.map(formatRatio).join('–');
  return interval.map((value) => `${value > 0 ? '+' : ''}${formatPercent(value)}`).join(' to ');
}
