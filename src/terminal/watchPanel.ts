import type { CriterionProgress } from '../criteria/criterionProgress.ts';
import type { GeneratorHealth } from '../metrics/levelSummary.ts';
import { formatDuration, formatPercent, trimZeros } from '../reports/quantities.ts';
import { paint, type TextStyle, type Tone, wrapText } from '../reports/textStyle.ts';
import type { LiveView } from './liveView.ts';

/** What may end a level or spoil it: the stop criteria, how far each is from firing, and the generator's own health. */
export function renderWatch({ criteria, level }: LiveView, style: TextStyle): readonly string[] {
  return [
    paint('stop when', 'strong', style),
    ...criteria.flatMap((rule) => renderRule(rule, style)),
    ...renderGenerator(level?.generator, style),
  ];
}

function renderRule(rule: CriterionProgress, style: TextStyle): readonly string[] {
  const { figure, fires, limit, value, reachedRatio } = rule;
  const condition = `${figure} ${fires === 'above' ? '>' : '<'} ${quantity(limit, rule)}`;
  const now = value === undefined ? 'not known' : `${quantity(value, rule)} (${formatPercent(reachedRatio)})`;
  const tone: Tone = reachedRatio === undefined ? 'faint' : reachedRatio >= nearlyThere ? 'warning' : 'plain';
  const gap = style.columns - condition.length - now.length;
  if (gap < 1) return [condition, paint(now.padStart(style.columns), tone, style)];
  return [condition + ' '.repeat(gap) + paint(now, tone, style)];
}

const nearlyThere = 0.8;

function quantity(value: number, { unit }: CriterionProgress): string {
  return unit === 's' ? trimZeros(formatDuration(value * 1000)) : formatPercent(value);
}

const verdictWords = {
  ok: ['ok', 'good'],
  unknown: ['not known yet', 'faint'],
  clientLimited: ['THE LIMIT', 'bad'],
} as const satisfies Readonly<Record<GeneratorHealth['verdict'], readonly [string, Tone]>>;

function renderGenerator(health: GeneratorHealth | undefined, style: TextStyle): readonly string[] {
  if (health === undefined) return [];
  const { verdict, loopDelayP99Ms, cpuRatio, lateSendRatio, reason } = health;
  const [words, tone] = verdictWords[verdict];
  const figures = [
    ...(loopDelayP99Ms === undefined ? [] : [`loop p99 ${formatDuration(loopDelayP99Ms)}`]),
    ...(cpuRatio === undefined ? [] : [`CPU ${formatPercent(cpuRatio)}`]),
  ];
  const late = lateSendRatio === undefined ? '' : `, ${formatPercent(lateSendRatio)} late`;
  const why = verdict === 'clientLimited' && reason !== undefined ? wrapText(reason, style.columns) : [];
  return [
    `${paint('generator', 'strong', style)}  ${paint(words, tone, style)}${paint(late, lateSendRatio === 0 ? 'faint' : tone, style)}`,
    paint(figures.join('  '), verdict === 'clientLimited' ? 'bad' : 'faint', style),
    ...why.map((line) => paint(line, 'bad', style)),
  ];
}
