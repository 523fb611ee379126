import type { LevelSummary } from '../../metrics/levelSummary.ts';
import type { Saturation } from '../../metrics/runSummary.ts';
import { formatLoads, formatNumber, loadAxes, loadHead } from '../quantities.ts';
import type { ChartTheme } from './chartTheme.ts';
import { type CurveSeries, markOf } from './curveSeries.ts';
import { loadAxis, type PlotAxis, plotAxis } from './plotAxis.ts';
import { drawFrame, drawPicture, drawText, labelRoom, line, type PlotBox, textSize } from './plotFrame.ts';
import { drawLegend, type LegendEntry } from './plotLegend.ts';
import { dashes, drawMark, type MarkShape, markShapes } from './plotMark.ts';
import { element, polyline } from './svg.ts';

/** One figure of the levels, as a line over their loads. */
export interface LoadLine {
  readonly name: string;
  /** In the unit of the axis. */
  readonly figureOf: (level: LevelSummary) => number | undefined;
}

export interface LoadSettings {
  readonly width: number;
  readonly height: number;
  /** With its unit. */
  readonly label: string;
  readonly lines: readonly LoadLine[];
  /** Above this values are worth a look: drawn as a line of its own. */
  readonly limit?: { readonly value: number; readonly name: string };
  readonly theme: ChartTheme;
}

/** A line with what it shows of one sweep. */
interface DrawnLine {
  readonly name: string;
  readonly colour: string;
  readonly shape: MarkShape;
  readonly dash: string | undefined;
  readonly saturation: Saturation;
  readonly points: readonly { readonly level: LevelSummary; readonly value: number }[];
}

/** Figures over the load, with the saturation point marked. @returns nothing where there is no value */
export function drawLoadChart(series: readonly CurveSeries[], settings: LoadSettings): string {
  const { width, height, theme, label, limit } = settings;
  const lines = linesOf(series, settings);
  const points = lines.flatMap((one) => one.points);
  if (points.length === 0) return '';
  const entries: readonly LegendEntry[] = lines.map(({ name, ...look }) => ({ text: name, ...look }));
  const legend = drawLegend(entries.length > 1 ? entries : [], 2, 4, width - 4, theme);
  const top = legend.height + 28;
  const bottom = height - 3.6 * textSize;
  const values = points.map(({ value }) => value);
  const y = plotAxis(limit === undefined ? values : [...values, limit.value], {
    label,
    range: [bottom, top],
    mostTicks: 6,
    widestLinear: 20,
  });
  const box = { left: labelRoom(y), right: width - 14, top, bottom };
  const axis = loadAxes[loadHead(points.map(({ level }) => level))];
  const loads = [...new Set(points.map(({ level }) => level.load.value))];
  const x = loadAxis(loads, axis.label, [box.left, box.right]);
  return drawPicture(
    width,
    height,
    `${label} over ${axis.over}`,
    theme,
    drawFrame(box, x, y, theme),
    ...drawSaturation(series, x, box, theme),
    ...(limit === undefined ? [] : [drawLimit(limit, y, box, theme)]),
    ...lines.toReversed().map((one) => drawOne(one, x, y, settings)),
    legend.markup,
  );
}

function linesOf(series: readonly CurveSeries[], { lines, theme }: LoadSettings): readonly DrawnLine[] {
  const isAlone = series.length === 1;
  return series.flatMap(({ label, levels, saturation }, index) =>
    lines
      .map(({ name, figureOf }, at): DrawnLine => {
        const kind = isAlone ? at : index;
        return {
          name: isAlone ? name : [label, ...(lines.length > 1 ? [name] : [])].join(', '),
          colour: theme.series[kind % theme.series.length] as string,
          shape: markShapes[kind % markShapes.length] as MarkShape,
          dash: isAlone ? dashes[at % dashes.length] : dashes[at === 0 ? 0 : 1],
          saturation,
          points: levels
            .flatMap((level) => {
              const value = figureOf(level);
              return value === undefined || level.status === 'failed' ? [] : [{ level, value }];
            })
            .sort((one, other) => one.level.load.value - other.level.load.value),
        };
      })
      .filter(({ points }) => points.length > 0),
  );
}

function drawOne(one: DrawnLine, x: PlotAxis, y: PlotAxis, { theme, label }: LoadSettings): string {
  const { points, colour, shape, dash, name, saturation } = one;
  const places = points.map(({ level, value }) => [x.place(level.load.value), y.place(value)] as const);
  const path = element('path', {
    d: polyline(places),
    fill: 'none',
    stroke: colour,
    'stroke-width': 1.8,
    'stroke-dasharray': dash,
  });
  const marks = points.map(({ level, value }, index) => {
    const [cx, cy] = places[index] as readonly [number, number];
    const { isLimited } = markOf(level, saturation);
    const why = isLimited ? '\nthe load generator was the limit' : '';
    const tip = `${formatLoads(level.load)}\n${name}: ${formatNumber(value)} (${label})${why}`;
    return drawMark(cx, cy, { shape, colour, paper: theme.paper, isHollow: isLimited, tip });
  });
  return path + marks.join('');
}

function drawSaturation(
  series: readonly CurveSeries[],
  x: PlotAxis,
  box: PlotBox,
  theme: ChartTheme,
): readonly string[] {
  return series.map(({ saturation: { status, clients, ratePerSec, speed } }) => {
    const load = clients ?? ratePerSec ?? speed;
    if (status !== 'found' || load === undefined) return '';
    const at = x.place(load);
    const isLeft = at < (box.left + box.right) / 2;
    const words = drawText(
      clients === undefined ? 'kept up' : 'saturated',
      at + (isLeft ? 5 : -5),
      box.top + textSize,
      theme.good,
      {
        anchor: isLeft ? 'start' : 'end',
        weight: 'bold',
      },
    );
    return line(at, box.top, at, box.bottom, theme.good, '2 4') + (series.length === 1 ? words : '');
  });
}

function drawLimit({ value, name }: { value: number; name: string }, y: PlotAxis, box: PlotBox, theme: ChartTheme) {
  const at = y.place(value);
  return line(box.left, at, box.right, at, theme.ink, '4 3') + drawText(name, box.left + 5, at - 4, theme.faint);
}
