import { createAxis } from './axis.ts';
import { knowsTokens, type SeriesPoint, seriesPoints } from './charts/curveSeries.ts';
import { frameRows, renderThroughputAxis, renderTitle } from './curveText.ts';
import { DotCanvas } from './dotCanvas.ts';
import { formatDuration, trimZeros } from './quantities.ts';
import type { ReportedSweep } from './reportedRun.ts';
import { paint, type TextStyle } from './textStyle.ts';

const narrowest = 60;
const height = 15;
const columnsATick = 12;
const widest = 118;
/** Room on the right, for the unit. */
const margin = 8;

/**
 * Mean end-to-end latency over throughput of several runs in one drawing; the points of a run are its letter, the first of
 * its label. Nothing on less than 60 columns, or where there is no point.
 */
export function renderOverlaidCurve(sweeps: readonly ReportedSweep[], style: TextStyle): readonly string[] {
  const unit = knowsTokens(sweeps) ? 'tokens' : 'requests';
  const curves = sweeps.map((sweep) => ({
    letter: sweep.label.charAt(0),
    points: seriesPoints(sweep, unit, 'e2e', 'mean'),
  }));
  const points = curves.flatMap((curve) => curve.points);
  if (points.length === 0 || style.columns < narrowest) return [];
  const y = createAxis(
    points.map(({ latencyMs }) => latencyMs),
    Math.ceil(height / 3) + 1,
  );
  const yLabels = y.ticks.map((tick) => (tick === 0 ? '0' : trimZeros(formatDuration(tick))));
  const left = Math.max(...yLabels.map(({ length }) => length)) + 2;
  const width = Math.min(widest, style.columns) - left - 2 - margin;
  const x = createAxis(
    points.map(({ throughput }) => throughput),
    Math.max(3, Math.floor(width / columnsATick)),
  );
  const canvas = new DotCanvas(width, height, style);
  const placed = ({ throughput, latencyMs }: SeriesPoint) => ({
    x: Math.round(x.place(throughput) * (width - 1)),
    y: Math.round((1 - y.place(latencyMs)) * (height - 1)),
  });
  const spots = curves.map(({ letter, points: own }) => ({ letter, spots: own.map(placed) }));
  for (const { spots: own } of spots) {
    for (const [index, spot] of own.entries()) {
      const next = own[index + 1];
      if (next !== undefined) canvas.line(spot.x, spot.y, next.x, next.y);
    }
  }
  for (const { letter, spots: own } of spots) {
    for (const spot of own) canvas.write(spot.x, spot.y, canvas.isWritten(spot.x, spot.y) ? '*' : letter, 'strong');
  }
  const legend = 'each letter is a load of that run; * where runs meet';
  return [
    ...renderTitle(x, y, left, style),
    ...frameRows(canvas.lines(), y, yLabels, left, style),
    ...renderThroughputAxis(x, width, left, unit === 'tokens' ? 'tok/s' : 'req/s', style),
    `${' '.repeat(left + 2)}${paint(legend, 'faint', style)}`,
  ];
}
