import type { Load } from '../../events/events.ts';
import type { LevelDetail } from '../../metrics/levelDetail.ts';
import type { TimelineBin } from '../../metrics/timelineTally.ts';
import { formatDuration, formatLoad, formatLoads, formatNumber, loadAxes, loadHead } from '../quantities.ts';
import type { ChartTheme } from './chartTheme.ts';
import { linearAxis, type PlotAxis, plotAxis } from './plotAxis.ts';
import { drawFrame, drawPicture, drawText, line, type PlotBox, textSize } from './plotFrame.ts';
import { element, polyline, textWidth } from './svg.ts';

/** A level in time. */
export interface TimedLevel {
  readonly load: Load;
  readonly detail: LevelDetail;
}

export interface TimelineSettings {
  readonly width: number;
  readonly inTokens: boolean;
  readonly theme: ChartTheme;
}

/** One panel: a figure over time. */
interface Panel {
  readonly label: string;
  readonly height: number;
  readonly lines: readonly ((bin: TimelineBin) => number | undefined)[];
  readonly isBars?: boolean;
}

const gap = 34;
const left = 58;

/**
 * A run over time: what was in flight, throughput, TTFT and failures, level by level. Ramp and drain are shaded: they
 * are in none of the figures.
 */
export function drawTimeline(levels: readonly TimedLevel[], { width, inTokens, theme }: TimelineSettings): string {
  const bins = levels.flatMap(({ detail }) => detail.timeline);
  const [first, last] = [bins[0], bins.at(-1)];
  if (first === undefined || last === undefined) return '';
  const panels = panelsOf(bins, inTokens);
  const x = linearAxis(
    [first.fromMs, last.toMs],
    {
      label: "Time since the run's start (s)",
      range: [left, width - 12],
      mostTicks: Math.floor(width / 90),
      widestLinear: 1,
      unit: 1000,
    },
    true,
  );
  const parts: string[] = [];
  let top = 44;
  for (const [index, panel] of panels.entries()) {
    const box = { left, right: width - 12, top, bottom: top + panel.height };
    parts.push(drawShades(levels, x, box, theme), drawPanel(panel, levels, x, box, theme, index === panels.length - 1));
    top = box.bottom + gap;
  }
  const bottom = top - gap;
  return drawPicture(
    width,
    bottom + 3.6 * textSize,
    'The run over time',
    theme,
    ...parts,
    drawLevelNames(levels, x, theme),
    drawTips(levels, x, bottom),
  );
}

function panelsOf(bins: readonly TimelineBin[], inTokens: boolean): readonly Panel[] {
  const hasTtft = bins.some(({ ttftP50Ms }) => ttftP50Ms !== undefined);
  const hasBad = bins.some(({ bad }) => bad > 0);
  return [
    { label: 'Requests in flight', height: 70, lines: [({ inFlight }) => inFlight] },
    inTokens
      ? { label: 'Output tokens/s', height: 90, lines: [({ outputTokensPerSec }) => outputTokensPerSec] }
      : { label: 'Requests/s', height: 90, lines: [({ completedPerSec }) => completedPerSec] },
    ...(hasTtft ? [{ label: 'TTFT (ms): p50, and highest (dashed)', height: 90, lines: [p50Of, highestOf] }] : []),
    ...(hasBad ? [{ label: 'Failed or empty', height: 50, lines: [({ bad }: TimelineBin) => bad], isBars: true }] : []),
  ];
}

function p50Of({ ttftP50Ms }: TimelineBin): number | undefined {
  return ttftP50Ms;
}

function highestOf({ ttftMaxMs }: TimelineBin): number | undefined {
  return ttftMaxMs;
}

function drawPanel(
  panel: Panel,
  levels: readonly TimedLevel[],
  x: PlotAxis,
  box: PlotBox,
  theme: ChartTheme,
  isLast: boolean,
): string {
  const values = levels.flatMap(({ detail }) =>
    detail.timeline.flatMap((bin) => panel.lines.map((of) => of(bin)).filter((value) => value !== undefined)),
  );
  const y = plotAxis(values, {
    label: panel.label,
    range: [box.bottom, box.top],
    mostTicks: 4,
    widestLinear: panel.label.startsWith('TTFT') ? 30 : Number.POSITIVE_INFINITY,
  });
  const drawn = levels.flatMap(({ detail }) =>
    panel.lines.map((of, index) => {
      if (panel.isBars === true) return drawBars(detail.timeline, of, x, y, box, theme);
      const places = detail.timeline.flatMap((bin): (readonly [number, number])[] => {
        const value = of(bin);
        return value === undefined ? [] : [[x.place((bin.fromMs + bin.toMs) / 2), y.place(value)]];
      });
      const look = { fill: 'none', stroke: theme.series[index], 'stroke-width': index === 0 ? 1.5 : 1 };
      return places.length === 0
        ? ''
        : element('path', { d: polyline(places), ...look, 'stroke-dasharray': index === 0 ? undefined : '3 2' });
    }),
  );
  return drawFrame(box, x, y, theme, { xTicks: isLast }) + drawn.join('');
}

function drawBars(
  bins: readonly TimelineBin[],
  of: (bin: TimelineBin) => number | undefined,
  x: PlotAxis,
  y: PlotAxis,
  box: PlotBox,
  theme: ChartTheme,
): string {
  return bins
    .map((bin) => {
      const value = of(bin) ?? 0;
      if (value === 0) return '';
      const [from, to] = [x.place(bin.fromMs), x.place(bin.toMs)];
      const top = y.place(value);
      const width = Math.max(1.5, to - from);
      return element('rect', { x: from, y: top, width, height: box.bottom - top, fill: theme.series[1] });
    })
    .join('');
}

/** Ramp and drain of each level. */
function drawShades(levels: readonly TimedLevel[], x: PlotAxis, box: PlotBox, theme: ChartTheme): string {
  return levels
    .flatMap(({ detail: { span } }) => {
      if (span === undefined) return [];
      const { startMs, fromMs, toMs, endMs } = span;
      const hasWindow = toMs > fromMs;
      const stretches = hasWindow ? [[startMs, fromMs] as const, [toMs, endMs] as const] : [[startMs, endMs] as const];
      const edge = line(x.place(startMs), box.top, x.place(startMs), box.bottom, theme.grid, '2 3');
      const shades = stretches.map(([from, to]) => {
        const [at, end] = [x.place(from), x.place(to)];
        const size = { width: Math.max(0, end - at), height: box.bottom - box.top };
        return element('rect', { x: at, y: box.top, ...size, fill: theme.shade });
      });
      return [edge, ...shades];
    })
    .join('');
}

/** The load above each level, where there is room for it. */
function drawLevelNames(levels: readonly TimedLevel[], x: PlotAxis, theme: ChartTheme): string {
  let freeFrom = Number.NEGATIVE_INFINITY;
  const names = levels.flatMap(({ load, detail: { span } }) => {
    if (span === undefined) return [];
    const [from, to] = [x.place(span.startMs), x.place(span.endMs)];
    const text = formatLoad(load);
    const at = (from + to) / 2;
    const half = textWidth(text, textSize) / 2;
    if (at - half < freeFrom) return [];
    freeFrom = at + half + 4;
    return [drawText(text, at, 16, theme.ink, { anchor: 'middle' })];
  });
  return drawText(loadAxes[loadHead(levels)].short, 2, 16, theme.ink) + names.join('');
}

/** An invisible field over each level, which says what is under it. */
function drawTips(levels: readonly TimedLevel[], x: PlotAxis, bottom: number): string {
  return levels
    .map(({ load, detail: { span } }) => {
      if (span === undefined) return '';
      const [at, end] = [x.place(span.startMs), x.place(span.endMs)];
      const { startMs, fromMs, toMs, endMs } = span;
      const hasWindow = toMs > fromMs;
      const phases = hasWindow
        ? [
            `ramp ${formatDuration(fromMs - startMs)}`,
            `window ${formatDuration(toMs - fromMs)}`,
            `drain ${formatDuration(endMs - toMs)}`,
          ]
        : ['no steady window'];
      const from = `from ${formatNumber(startMs / 1000)} s to ${formatNumber(endMs / 1000)} s`;
      const tip = [formatLoads(load), from, ...phases].join('\n');
      const field = { x: at, y: 20, width: Math.max(1, end - at), height: bottom - 20, fill: 'transparent' };
      return element('rect', { ...field, tabindex: 0, role: 'img', 'aria-label': tip, 'data-tip': '' });
    })
    .join('');
}
