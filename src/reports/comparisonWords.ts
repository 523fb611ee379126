import { type ComparedFigure, isShare } from '../criteria/comparedFigure.ts';
import type { FigureComparison, LevelComparison, Repeats, RunComparison } from '../criteria/compareRuns.ts';
import type { RegressionVerdict } from '../criteria/regression.ts';
import type { Load } from '../events/events.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import { repeatOf } from '../metrics/repeatSpread.ts';
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

/** What a level is: its load, which repeat of it, and its prompts. @param name of the run that is held against A */
export function levelWords(
  { load, repeats, promptLength, maxNewTokens, streaming }: LevelComparison,
  name: string,
): string {
  const prompts = `prompts ${formatCount(promptLength)} → ${formatCount(maxNewTokens)} tokens`;
  const repeat = repeats === undefined ? [] : [repeatWords(repeats, name)];
  return [formatLoads(load), ...repeat, prompts, streaming ? 'streamed' : 'not streamed'].join(' · ');
}

/** `repeat 2`, or `repeat 2 of A, 1 of B` where they are not the same. */
export function repeatWords([before, after]: Repeats, name: string): string {
  return before === after ? `repeat ${before}` : `repeat ${before} of A, ${after} of ${name}`;
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
  return comparisons.flatMap((comparison, index) => {
    const [first, other, name] = [runs[0], runs[index + 1], letterOf(index + 1)];
    return [
      ...againstFirst(comparison, name),
      ...levelsOfOne('A', first, comparison.unmatched.before),
      ...levelsOfOne(name, other, comparison.unmatched.after),
      ...sameRun(first, other, name),
      ...(regressions[index] ?? []).flatMap((verdict) => regressionRemark(verdict, name)),
    ];
  });
}

/** A run held against itself differs in nothing, whatever the server does. */
function sameRun(first: ReportedRun | undefined, other: ReportedRun | undefined, name: string): readonly Remark[] {
  const isSame = (['runId', 'startedAt'] as const).every((key) => first?.started[key] === other?.started[key]);
  if (!isSame) return [];
  return [{ tone: 'warning', text: `${name} is the same run as A: no difference can be found.` }];
}

function againstFirst({ levels }: RunComparison, name: string): readonly Remark[] {
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
  return [
    {
      tone: judged.length === 0 ? 'warning' : (worse ?? 0) > 0 ? 'bad' : (better ?? 0) > 0 ? 'good' : 'strong',
      text: answer,
    },
    ...(without === 0 || judged.length === 0
      ? []
      : [{ tone: 'faint', text: `${without} figures have no verdict; the levels say why.` } as const]),
  ];
}

function regressionRemark(
  { regression, load, repeats, status, worseBy, reason }: RegressionVerdict,
  name: string,
): Remark {
  const repeat = repeats === undefined ? '' : ` (${repeatWords(repeats, name)})`;
  const at = `${name} with ${formatLoads(load)}${repeat}`;
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

/** Levels that only one of two runs has. */
function levelsOfOne(name: string, run: ReportedRun | undefined, levels: readonly LevelSummary[]): readonly Remark[] {
  if (run === undefined || levels.length === 0) return [];
  const byWords = new Map<string, Load[]>();
  for (const level of levels) {
    const repeat = repeatOf(run.summary, level);
    const prompts = `prompts ${formatCount(level.promptLength)} → ${formatCount(level.maxNewTokens)}`;
    const words = repeat === undefined ? prompts : `repeat ${repeat}, ${prompts}`;
    byWords.set(words, [...(byWords.get(words) ?? []), level.load]);
  }
  const loads = [...byWords].map(([words, of]) => `${formatLoads(...of)} (${words})`);
  return [{ tone: 'faint', text: `Only ${name} has ${loads.join(', ')}.` }];
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
