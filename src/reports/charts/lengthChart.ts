import type { HistogramBin } from '../../metrics/histogram.ts';
import { formatCount } from '../quantities.ts';
import type { ChartTheme } from './chartTheme.ts';
import { plotAxis } from './plotAxis.ts';
import { drawFrame, drawPicture, labelRoom, textSize } from './plotFrame.ts';
import { drawLegend } from './plotLegend.ts';
import { element, polyline } from './svg.ts';

export interface LengthSettings {
  readonly width: number;
  readonly theme: ChartTheme;
}

/** Lengths over all levels, in the same bins. */
export interface LengthsDrawn {
  readonly label: 'Prompt tokens' | 'Output tokens';
  readonly came: readonly HistogramBin[];
  /** What was asked for, where that is another thing: answers. */
  readonly asked: readonly HistogramBin[];
}

/** How many prompts, or answers, had which length. */
export function drawLengths({ label, came, asked }: LengthsDrawn, { width, theme }: LengthSettings): string {
  const all = [...asked, ...came];
  if (all.length === 0) return '';
  const isAnswer = label === 'Output tokens';
  const [askedColour, cameColour] = [theme.series[1] as string, theme.series[0] as string];
  const legend = drawLegend(
    [
      { text: isAnswer ? 'came' : 'sent', colour: cameColour },
      ...(isAnswer ? [{ text: 'asked for', colour: askedColour, dash: '6 3' }] : []),
    ],
    2,
    4,
    width - 4,
    theme,
  );
  const top = legend.height + 28;
  const bottom = top + 180;
  const y = plotAxis(
    all.map(({ count }) => count),
    { label: 'Requests', range: [bottom, top], mostTicks: 5, widestLinear: Number.POSITIVE_INFINITY },
  );
  const box = { left: labelRoom(y), right: width - 16, top, bottom };
  const x = plotAxis(
    all.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
    { label, range: [box.left, box.right], mostTicks: Math.floor(width / 80), widestLinear: 20 },
  );
  const bars = came.map(({ fromMs, toMs, count }) => {
    const [from, at] = [x.place(fromMs), y.place(count)];
    const size = { width: Math.max(1, x.place(toMs) - from), height: bottom - at };
    const tip = `${formatCount(count)} ${isAnswer ? 'answers' : 'prompts'} of about ${formatCount((fromMs + toMs) / 2)} tokens`;
    return element('rect', { x: from, y: at, ...size, fill: cameColour, 'fill-opacity': 0.55, 'data-tip': tip });
  });
  const outline = asked.flatMap(({ fromMs, toMs, count }, index): (readonly [number, number])[] => {
    const before = asked[index - 1];
    const isApart = before === undefined || before.toMs < fromMs;
    const [from, to, at] = [x.place(fromMs), x.place(toMs), y.place(count)];
    const isEnd = (asked[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY) > toMs;
    return [
      ...(isApart ? [[from, bottom] as const] : []),
      [from, at],
      [to, at],
      ...(isEnd ? [[to, bottom] as const] : []),
    ];
  });
  const line = { fill: 'none', stroke: askedColour, 'stroke-width': 1.8, 'stroke-dasharray': '6 3' };
  return drawPicture(
    width,
    bottom + 3.6 * textSize,
    isAnswer ? 'Output tokens asked for, and those that came' : 'Prompt tokens sent',
    theme,
    drawFrame(box, x, y, theme),
    ...bars,
    element('path', { d: polyline(outline), ...line }),
    legend.markup,
  );
}
