import type { Load } from '../../events/events.ts';
import { drawnShares, type FigureSpread } from '../../metrics/levelDetail.ts';
import { formatDuration, formatLoads, formatPercent } from '../quantities.ts';
import type { ChartTheme } from './chartTheme.ts';
import { durationUnit, linearAxis, plotAxis } from './plotAxis.ts';
import { drawFrame, drawPicture, drawText, labelRoom, line, textSize } from './plotFrame.ts';
import { drawLegend } from './plotLegend.ts';
import { element, polyline, rounded } from './svg.ts';

/** The spread of one figure in one level. */
export interface LevelSpread {
  readonly load: Load;
  readonly spread: FigureSpread;
}

export interface SpreadSettings {
  readonly width: number;
  /** Of the figure: `TTFT`. */
  readonly name: string;
  readonly theme: ChartTheme;
}

const legendRows = 20;
const rowHeight = 34;
const mostRows = 24;

/** The share of requests that were at least as quick, one line for each level. */
export function drawCdf(levels: readonly LevelSpread[], { width, name, theme }: SpreadSettings): string {
  if (levels.length === 0) return '';
  const colours = levels.map((_, index) => theme.ramp(levels.length === 1 ? 0.3 : index / (levels.length - 1)));
  const entries = levels.map(({ load }, index) => ({
    text: formatLoads(load),
    colour: colours[index] as string,
  }));
  const legend = drawLegend(entries.slice(0, legendRows), 2, 4, width - 4, theme);
  const top = legend.height + 28;
  const height = top + 240 + 3.6 * textSize;
  const y = linearAxis(
    [0, 100],
    { label: 'Share of requests (%)', range: [top + 240, top], mostTicks: 6, widestLinear: 1 },
    true,
  );
  const box = { left: labelRoom(y), right: width - 16, top, bottom: top + 240 };
  const x = durationAxis(levels, name, box.left, box.right);
  const curves = levels.map(({ load, spread }, index) => {
    const places = spread.quantiles.map((ms, at) => [x.place(ms), y.place((drawnShares[at] as number) * 100)] as const);
    const tip = `${formatLoads(load)}\n${quantileWords(spread)}`;
    return element('path', {
      d: polyline(places),
      fill: 'none',
      stroke: colours[index],
      'stroke-width': 1.8,
      'data-tip': tip,
    });
  });
  return drawPicture(
    width,
    height,
    `Cumulative distribution of ${name} by level`,
    theme,
    drawFrame(box, x, y, theme),
    ...curves,
    legend.markup,
  );
}

/** Histograms of all levels, one above the other; the median of each is marked. */
export function drawHistograms(levels: readonly LevelSpread[], { width, name, theme }: SpreadSettings): string {
  const shown = levels.slice(0, mostRows);
  if (shown.length === 0) return '';
  const top = 20;
  const bottom = top + shown.length * rowHeight + 6;
  const box = { left: 76, right: width - 16, top, bottom };
  const x = durationAxis(shown, name, box.left, box.right);
  const y = { label: 'Requests, by load', isLogarithmic: false, ticks: [], minor: [], place: () => bottom };
  const rows = shown.map((level, index) => {
    const base = top + (index + 1) * rowHeight;
    const colour = theme.ramp(shown.length === 1 ? 0.3 : index / (shown.length - 1));
    return drawRow(level, base, colour, x, box.left, theme);
  });
  return drawPicture(
    width,
    bottom + 3.6 * textSize,
    `Histograms of ${name} by level`,
    theme,
    drawFrame(box, x, y, theme),
    ...rows,
  );
}

function drawRow(
  { load, spread }: LevelSpread,
  base: number,
  colour: string,
  x: ReturnType<typeof durationAxis>,
  left: number,
  theme: ChartTheme,
): string {
  // Bins are as wide on the axis as they are in value, so that the area is the share of requests on either scale.
  const bars = spread.bins.map(({ fromMs, toMs, count }) => {
    const [from, to] = [x.place(fromMs), x.place(toMs)];
    return { from, width: Math.max(to - from, 0.5), density: count / Math.max(to - from, 0.5) };
  });
  const densest = Math.max(...bars.map(({ density }) => density));
  const outline = bars.map(({ from, width, density }) => {
    const height = (density / densest) * (rowHeight - 6);
    return `M${rounded(from)} ${rounded(base)}v${rounded(-height)}h${rounded(Math.max(width - 0.4, 0.5))}V${rounded(base)}Z`;
  });
  const median = x.place(quantileOf(spread, 0.5) as number);
  const tip = `${formatLoads(load)}\n${quantileWords(spread)}`;
  return element(
    'g',
    { tabindex: 0, role: 'img', 'aria-label': tip, 'data-tip': '' },
    element('rect', {
      x: left,
      y: base - rowHeight + 2,
      width: x.place(1e12) - left,
      height: rowHeight,
      fill: 'transparent',
    }),
    element('path', { d: outline.join(''), fill: colour }),
    line(median, base + 1, median, base - rowHeight + 8, theme.ink),
    drawText(formatLoads(load), left - 7, base - 4, theme.faint, { anchor: 'end', size: 11 }),
  );
}

function durationAxis(levels: readonly LevelSpread[], name: string, left: number, right: number) {
  // The slowest thousandth would push all others together: it is placed at the end of the axis.
  const values = levels.flatMap(({ spread }) => [spread.quantiles[1] as number, spread.quantiles.at(-2) as number]);
  const { unit, name: unitName } = durationUnit(Math.max(...values));
  return plotAxis(values, {
    label: `${name} (${unitName})`,
    range: [left, right],
    mostTicks: Math.max(3, Math.floor((right - left) / 70)),
    widestLinear: 12,
    unit,
  });
}

/** The quantiles that people ask for, in words. */
function quantileWords(spread: FigureSpread): string {
  return [0.5, 0.9, 0.99]
    .map((share) => `${formatPercent(share)} within ${formatDuration(quantileOf(spread, share))}`)
    .join('\n');
}

function quantileOf({ quantiles }: FigureSpread, share: number): number | undefined {
  return quantiles[drawnShares.findIndex((drawn) => Math.abs(drawn - share) < 1e-9)];
}
