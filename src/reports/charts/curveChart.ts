import { enoughForP99 } from '../../metrics/percentile.ts';
import { formatLoad, formatLoads, loadAxes, loadHead } from '../quantities.ts';
import type { ChartTheme } from './chartTheme.ts';
import {
  type CurveBase,
  type CurveSeries,
  type LatencyChoice,
  latencyNames,
  pointWords,
  type SeriesPoint,
  type Statistic,
  seriesPoints,
  statistics,
  type ThroughputChoice,
} from './curveSeries.ts';
import { durationUnit, type PlotAxis, plotAxis } from './plotAxis.ts';
import { drawFrame, drawPicture, drawText, labelRoom, line, type PlotBox, textSize } from './plotFrame.ts';
import { standLabels } from './plotLabels.ts';
import { drawLegend, type LegendEntry } from './plotLegend.ts';
import { dashes, drawMark, type MarkShape, markShapes } from './plotMark.ts';
import { element, polyline } from './svg.ts';

export interface CurveSettings {
  readonly width: number;
  readonly height: number;
  readonly throughput: ThroughputChoice;
  readonly latency: LatencyChoice;
  readonly theme: ChartTheme;
  /** What a picture that stands alone says of its figures, beside the name of the horizontal axis. */
  readonly note?: string;
}

/** One line of the picture. */
interface Line {
  readonly series: CurveSeries;
  readonly statistic: Statistic;
  readonly name: string;
  readonly colour: string;
  readonly shape: MarkShape;
  readonly dash: string | undefined;
  readonly points: readonly SeriesPoint[];
}

const xNames = {
  offered: loadAxes.offered.label,
  speed: loadAxes.speed.label,
  tokens: 'Throughput (output tokens/s)',
  requests: 'Throughput (requests/s)',
} as const;

/**
 * Latency over throughput, a point for each load: mean, p50, p90 and p99 of one sweep, the means and p99 of several.
 * @returns SVG, or nothing where no level has both figures
 */
export function drawCurve(series: readonly CurveSeries[], settings: CurveSettings): string {
  const { width, height, theme, latency, note } = settings;
  const [head, ...otherHeads] = new Set(series.map(({ levels }) => loadHead(levels)));
  const isOpen = head !== undefined && head !== 'clients' && otherHeads.length === 0;
  const base = isOpen ? head : settings.throughput;
  const lines = linesOf(series, settings, base);
  const points = lines.flatMap((one) => one.points);
  if (points.length === 0) return '';
  const legend = drawLegend(legendOf(lines, theme), 2, 4, width - 4, theme);
  const latencies = points.map(({ latencyMs }) => latencyMs);
  const { unit, name } = durationUnit(Math.max(...latencies));
  const top = legend.height + 26;
  const y = plotAxis(latencies, {
    label: `${latencyNames[latency]} (${name})`,
    range: [height - 3.6 * textSize, top],
    mostTicks: 7,
    widestLinear: 12,
    unit,
  });
  const box = { left: labelRoom(y), right: width - 22, top, bottom: height - 3.6 * textSize };
  const x = plotAxis(
    points.map((point) => point.throughput),
    {
      label: note === undefined ? xNames[base] : `${xNames[base]}, ${note}`,
      range: [box.left, box.right],
      mostTicks: Math.floor(width / 90),
      widestLinear: 100,
    },
  );
  return drawPicture(
    width,
    height,
    `${latencyNames[latency]} over ${isOpen ? loadAxes[head].over : 'throughput, a point for each number of clients'}`,
    theme,
    ...(isOpen ? [] : drawPlateaus(series, settings, x, box)),
    drawFrame(box, x, y, theme),
    ...lines.toReversed().map((one) => drawLine(one, x, y)),
    ...lines.toReversed().map((one) => drawPoints(one, x, y, latency, theme)),
    drawLoads(lines, x, y, box, theme),
    legend.markup,
  );
}

function linesOf(series: readonly CurveSeries[], { latency, theme }: CurveSettings, base: CurveBase): readonly Line[] {
  const isAlone = series.length === 1;
  const shown: readonly Statistic[] = isAlone ? statistics : ['mean', 'p99'];
  return series
    .flatMap((one, index) =>
      shown.map((statistic, at): Line => {
        const kind = isAlone ? at : index;
        return {
          series: one,
          statistic,
          name: isAlone ? statistic : `${one.label}, ${statistic}`,
          colour: theme.series[kind % theme.series.length] as string,
          shape: markShapes[kind % markShapes.length] as MarkShape,
          dash: isAlone ? dashes[at] : dashes[at === 0 ? 0 : 1],
          points: seriesPoints(one, base, latency, statistic),
        };
      }),
    )
    .filter(({ points }) => points.length > 0);
}

function legendOf(lines: readonly Line[], theme: ChartTheme): readonly LegendEntry[] {
  const entries: LegendEntry[] = lines.map(({ name, colour, shape, dash }) => ({ text: name, colour, shape, dash }));
  const hollow = { colour: theme.faint, shape: 'circle', isHollow: true } as const;
  const all = lines.flatMap(({ points }) => points);
  // They look the same, so that they share an entry: which of the two it is, the point itself says.
  const reasons = [
    ...(all.some(({ isRough }) => isRough) ? [`p99 of fewer than ${enoughForP99} requests`] : []),
    ...(all.some(({ isLimited }) => isLimited) ? ['the load generator was the limit'] : []),
  ];
  return reasons.length === 0 ? entries : [...entries, { ...hollow, text: reasons.join(', or ') }];
}

function drawLine({ points, colour, dash }: Line, x: PlotAxis, y: PlotAxis): string {
  const d = polyline(points.map((point) => placeOf(point, x, y)));
  return element('path', { d, fill: 'none', stroke: colour, 'stroke-width': 1.8, 'stroke-dasharray': dash });
}

function drawPoints(one: Line, x: PlotAxis, y: PlotAxis, latency: LatencyChoice, theme: ChartTheme): string {
  const { points, colour, shape, statistic, series } = one;
  return points
    .map((point) => {
      const [cx, cy] = placeOf(point, x, y);
      const ring =
        point.isSaturation && statistic === 'mean'
          ? element('circle', { cx, cy, r: 8, fill: 'none', stroke: theme.good, 'stroke-width': 2 })
          : '';
      const isHollow = point.isLimited || point.isRough;
      const tip = pointWords(point, latency, statistic, series.label);
      return ring + drawMark(cx, cy, { shape, colour, paper: theme.paper, isHollow, tip });
    })
    .join('');
}

/** The load beside each point of the lowest line of each series. */
function drawLoads(lines: readonly Line[], x: PlotAxis, y: PlotAxis, box: PlotBox, theme: ChartTheme): string {
  const paths = lines.map(({ points }) => points.map((point) => placeOf(point, x, y)));
  const isAlone = new Set(lines.map(({ series }) => series)).size === 1;
  const wanted = lines
    .filter(({ statistic }) => statistic === 'mean')
    .flatMap(({ points, colour: own }) =>
      points.map((point) => {
        const colour = point.isSaturation ? theme.good : isAlone ? theme.ink : own;
        const [px, py] = placeOf(point, x, y);
        const text = loadLabel(point);
        return { x: px, y: py, text, weight: point.isSaturation ? Number.POSITIVE_INFINITY : point.load.value, colour };
      }),
    );
  return standLabels(wanted, paths, { ...box, left: box.left + 3, right: box.right + 16 })
    .map(({ text, left, baseline, weight, colour, leader }) => {
      const label = drawText(text, left, baseline, colour, {
        halo: theme.paper === 'none' ? 'var(--paper)' : theme.paper,
        ...(weight === Number.POSITIVE_INFINITY ? { weight: 'bold' } : {}),
      });
      if (leader === undefined) return label;
      const [from, to] = leader;
      return line(...from, ...to, colour) + label;
    })
    .join('');
}

function loadLabel({ load, isSaturation }: SeriesPoint): string {
  if (!isSaturation) return formatLoad(load);
  return load.kind === 'clients' ? `${formatLoad(load)} clients: saturated` : `${formatLoads(load)}: kept up`;
}

/** The plateau as an upright line, with its 95 % interval behind it. */
function drawPlateaus(
  series: readonly CurveSeries[],
  { throughput, theme }: CurveSettings,
  x: PlotAxis,
  box: PlotBox,
): readonly string[] {
  return series.map(({ saturation }) => {
    const plateau = throughput === 'tokens' ? saturation.outputTokensPerSec : saturation.requestsPerSec;
    if (saturation.status !== 'found' || plateau === undefined) return '';
    const half = plateau * (saturation.relativeHalfWidth ?? 0);
    const [from, to] = [x.place(plateau - half), x.place(plateau + half)];
    const band = { x: from, y: box.top, width: Math.max(0, to - from), height: box.bottom - box.top };
    const at = x.place(plateau);
    return element('rect', { ...band, fill: theme.shade }) + line(at, box.top, at, box.bottom, theme.good, '2 4');
  });
}

function placeOf({ throughput, latencyMs }: SeriesPoint, x: PlotAxis, y: PlotAxis): readonly [number, number] {
  return [x.place(throughput), y.place(latencyMs)];
}
