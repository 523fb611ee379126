import type { Load } from '../events/events.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { Saturation } from '../metrics/runSummary.ts';
import { isTrusted } from '../metrics/saturation.ts';
import { isSaturationPoint } from '../metrics/saturationPoint.ts';
import { shortness } from '../metrics/shortLevel.ts';
import { type Axis, createAxis } from './axis.ts';
import { placeLabels } from './curveLabels.ts';
import { DotCanvas } from './dotCanvas.ts';
import { formatDuration, formatLoads, formatNumber, type LoadHead, loadHead, trimZeros } from './quantities.ts';
import { paint, type TextStyle, wrapText } from './textStyle.ts';

const overWords = { clients: 'throughput', offered: 'offered rate', speed: 'speed of the trace' } as const;

/** Its figures may be the load generator's, but they are figures. */
function isLimitedOnly(level: LevelSummary): boolean {
  return level.generator.verdict === 'clientLimited' && shortness(level) === undefined;
}

/** A level on the curve. */
interface CurvePoint {
  readonly load: Load;
  /** Tokens or requests a second; of a sweep of rates the one that was offered, of a trace its speed. */
  readonly throughput: number;
  readonly latencyMs: number;
  readonly isSaturation: boolean;
  readonly isLimited: boolean;
}

/** How much room a curve has. */
export interface CurveSize {
  /** Lines of the drawing itself; its title and axis come on top of them. */
  readonly height: number;
  /** Columns on the right, for labels beyond the last point and for the unit. */
  readonly margin: number;
  /** On fewer columns there is no curve. */
  readonly leastColumns: number;
}

const widest = 118;
const columnsATick = 12;

/**
 * Draws mean end-to-end latency over throughput (output tokens/s where they are known, else requests/s), each point
 * labelled with its number of clients. Levels that tell nothing (failed, interrupted, without a steady stretch) are
 * left out; without any other there is no curve, nor on less than 60 columns (or what `size` says).
 */
export function renderCurve(
  levels: readonly LevelSummary[],
  saturation: Saturation | undefined,
  style: TextStyle,
  size: CurveSize = { height: style.columns >= 110 ? 15 : 12, margin: 16, leastColumns: 60 },
): readonly string[] {
  const { height, margin } = size;
  const head = loadHead(levels);
  const isOffered = head !== 'clients';
  const telling = levels.filter((level) => isTrusted(level) || isLimitedOnly(level));
  const inTokens =
    !isOffered && telling.every(({ steady }) => steady === undefined || steady.outputTokensPerSec !== undefined);
  const points = toPoints(telling, saturation, (level) =>
    isOffered ? level.load.value : inTokens ? level.steady?.outputTokensPerSec : level.steady?.requestsPerSec,
  );
  if (points.length === 0 || style.columns < size.leastColumns) return [];
  const y = createAxis(
    points.map(({ latencyMs }) => latencyMs),
    Math.ceil(height / 3) + 1,
  );
  const yLabels = y.ticks.map((tick) => (tick === 0 ? '0' : trimZeros(formatDuration(tick))));
  const left = Math.max(...yLabels.map((label) => label.length)) + 2;
  const width = Math.min(widest, style.columns) - left - 2 - margin;
  const x = createAxis(
    points.map(({ throughput }) => throughput),
    Math.max(3, Math.floor(width / columnsATick)),
  );
  const rows = drawPoints(points, x, y, new DotCanvas(width + margin, height, style), margin, style);
  const unit = inTokens
    ? 'tok/s'
    : isOffered
      ? head === 'speed'
        ? "times the trace's speed"
        : 'req/s offered'
      : 'req/s';
  return [
    ...renderTitle(x, y, left, style, overWords[head]),
    ...frameRows(rows, y, yLabels, left, style),
    ...renderThroughputAxis(x, width, left, unit, style),
    ...renderLegend(points, left, style),
  ];
}

function toPoints(
  levels: readonly LevelSummary[],
  saturation: Saturation | undefined,
  rateOf: (level: LevelSummary) => number | undefined,
): readonly CurvePoint[] {
  return levels
    .flatMap((level) => {
      const throughput = rateOf(level);
      const latencyMs = level.e2eMs.mean;
      if (throughput === undefined || latencyMs === undefined || throughput <= 0) return [];
      const isLimited = level.generator.verdict === 'clientLimited';
      const isSaturation = isSaturationPoint(level, saturation);
      return [{ load: level.load, throughput, latencyMs, isLimited, isSaturation }];
    })
    .sort((one, other) => one.load.value - other.load.value);
}

function drawPoints(
  points: readonly CurvePoint[],
  x: Axis,
  y: Axis,
  canvas: DotCanvas,
  margin: number,
  { unicode }: TextStyle,
): readonly string[] {
  const spots = points.map((point) => ({
    ...point,
    x: Math.round(x.place(point.throughput) * (canvas.width - margin - 1)),
    y: Math.round((1 - y.place(point.latencyMs)) * (canvas.height - 1)),
  }));
  for (const [index, spot] of spots.entries()) {
    const next = spots[index + 1];
    if (next !== undefined) canvas.line(spot.x, spot.y, next.x, next.y);
  }
  const marks = unicode ? { level: '●', limited: '○', saturation: '◆' } : { level: 'o', limited: '?', saturation: '#' };
  const byWeight = [...spots].sort((one, other) => Number(one.isSaturation) - Number(other.isSaturation));
  for (const spot of byWeight) {
    const mark = spot.isSaturation ? marks.saturation : spot.isLimited ? marks.limited : marks.level;
    canvas.write(spot.x, spot.y, mark, spot.isSaturation ? 'good' : 'curve');
  }
  for (const { x: at, y: line, text, isSaturation } of placeLabels(spots, canvas)) {
    canvas.write(at, line, text, isSaturation ? 'good' : 'plain');
  }
  return canvas.lines();
}

/** What is drawn, above the drawing. */
export function renderTitle(
  x: Axis,
  y: Axis,
  left: number,
  style: TextStyle,
  over: (typeof overWords)[LoadHead] = 'throughput',
): readonly string[] {
  const indent = ' '.repeat(left);
  const title = over === 'throughput' ? 'e2e mean over throughput, by clients' : `e2e mean over ${over}`;
  const scales = [...(x.isLogarithmic ? [over] : []), ...(y.isLogarithmic ? ['latency'] : [])];
  const remark = scales.length === 0 ? '' : `  (logarithmic: ${scales.join(', ')})`;
  const [strong, faint] = [paint(title, 'strong', style), paint(remark, 'faint', style)];
  const fits = left + title.length + remark.length <= style.columns;
  return fits ? [indent + strong + faint] : [indent + strong, indent + faint];
}

/** The rows of a drawing, with the axis of latency before them. */
export function frameRows(
  rows: readonly string[],
  y: Axis,
  yLabels: readonly string[],
  left: number,
  style: TextStyle,
): readonly string[] {
  const [tickMark, line] = style.unicode ? ['┤', '│'] : ['+', '|'];
  const labels = new Map(
    y.ticks.map((tick, index) => [Math.round((1 - y.place(tick)) * (rows.length - 1)), yLabels[index] ?? '']),
  );
  return rows.map((row, index) => {
    const label = labels.get(index);
    return `${paint(`${(label ?? '').padStart(left)} ${label === undefined ? line : tickMark}`, 'faint', style)}${row}`;
  });
}

/** The axis of throughput, below the drawing. */
export function renderThroughputAxis(
  x: Axis,
  width: number,
  left: number,
  unit: string,
  style: TextStyle,
): readonly string[] {
  const [corner, line, tickMark] = style.unicode ? ['└', '─', '┬'] : ['+', '-', '+'];
  const axis: string[] = new Array<string>(width).fill(line);
  let labels = '';
  for (const tick of x.ticks) {
    const column = Math.round(x.place(tick) * (width - 1));
    axis[column] = tickMark;
    const text = tick === 0 ? '0' : trimZeros(formatNumber(tick));
    const from = Math.max(0, column - ((text.length - 1) >> 1));
    if (from > labels.length || labels === '') labels = labels.padEnd(from) + text;
  }
  const lines = [`${' '.repeat(left + 1)}${corner}${axis.join('')} ${unit}`, ' '.repeat(left + 2) + labels];
  return lines.map((text) => paint(text, 'faint', style));
}

function renderLegend(points: readonly CurvePoint[], left: number, style: TextStyle): readonly string[] {
  const limited = points.filter(({ isLimited }) => isLimited);
  if (limited.length === 0) return [];
  const mark = style.unicode ? '○' : '?';
  const text = `${mark} the load generator was the limit (${formatLoads(...limited.map(({ load }) => load))})`;
  const indent = ' '.repeat(left + 2);
  return wrapText(text, style.columns - indent.length).map((line) => indent + paint(line, 'warning', style));
}
