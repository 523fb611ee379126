import { renderCurve } from '../reports/curveText.ts';
import { createLevelTable, renderLevelRow, renderTableHeader } from '../reports/levelTable.ts';
import { formatDuration, formatTokens } from '../reports/quantities.ts';
import { paint, type TextStyle } from '../reports/textStyle.ts';
import { figuresHeight, renderFigures } from './figuresPanel.ts';
import { type KeyHelp, renderHelp, renderKeys } from './keyHelp.ts';
import { type HeadFacts, renderHead } from './levelHead.ts';
import type { LivePoint, LiveView } from './liveView.ts';
import { besides, clipLine } from './paintedLine.ts';
import { renderTimeChart } from './timeChart.ts';
import { renderWatch } from './watchPanel.ts';

/** What a frame shows beside the view. */
export interface FrameFacts extends HeadFacts {
  readonly keys: readonly KeyHelp[];
  readonly isHelp: boolean;
}

const watchWidth = 32;
const leastWatchColumns = 76;
const leastChartRows = 3;
const mostChartRows = 7;
const leastCurveRows = 8;
/** Lines that a curve takes beside its drawing: title and axis. */
const curveFrame = 3;

/**
 * The live terminal at one moment, as lines: never more than `rows`, none wider than the terminal. What there is no room
 * for is left out whole, the charts first, then the curve, then the figures.
 */
export function renderFrame(view: LiveView, facts: FrameFacts, style: TextStyle, rows: number): readonly string[] {
  const head = renderHead(view, facts, style).slice(0, Math.max(0, rows - 1));
  const room = rows - head.length - 1;
  const body = facts.isHelp ? renderHelp(facts.keys, style) : renderBody(view, style, room);
  const filled = Array.from({ length: Math.max(0, room) }, (_, row) => body[row] ?? '');
  return [...head, ...filled, renderKeys(facts.keys, style)]
    .slice(0, Math.max(0, rows))
    .map((line) => clipLine(line, style.columns));
}

function renderBody(view: LiveView, style: TextStyle, room: number): readonly string[] {
  const lines: string[] = [];
  const left = (): number => room - lines.length;
  if (left() >= figuresHeight) lines.push(...renderFigures(view.level, style));
  if (left() > figuresHeight) lines.push('');
  const forCharts = left() - leastCurveRows - 1;
  if (forCharts > leastChartRows) {
    const height = Math.min(mostChartRows, leastChartRows + Math.floor((forCharts - leastChartRows) / 5));
    lines.push(...renderCharts(view, height, style), '');
  }
  if (style.columns < leastWatchColumns) {
    lines.push(...renderWatch(view, { ...style, columns: style.columns - 2 }).map((line) => ` ${line}`));
  } else if (left() >= leastCurveRows) lines.push(...renderBottom(view, style, left()));
  return lines;
}

function renderCharts({ points, level }: LiveView, height: number, style: TextStyle): readonly string[] {
  const width = Math.floor((style.columns - 4) / 2);
  const own = points.filter((point) => point.level === level?.prepared.level).length;
  const chart = (title: string, of: (point: LivePoint) => number | undefined, format: typeof formatTokens) =>
    renderTimeChart({ title, values: points.map(of), ownCount: own, format }, width, height, style);
  return besides(
    chart('tok/s', ({ outputTokensPerSec }) => outputTokensPerSec, formatTokens).map((line) => ` ${line}`),
    width + 3,
    chart('e2e mean', ({ e2eMs }) => e2eMs, formatDuration),
  );
}

function renderBottom(view: LiveView, style: TextStyle, height: number): readonly string[] {
  const curveWidth = Math.min(style.columns - watchWidth - 3, 116);
  const curveStyle = { ...style, columns: curveWidth };
  const size = { height: height - curveFrame, margin: 6, leastColumns: 40 };
  const curve = renderCurve(view.ended, undefined, curveStyle, size);
  const none = ['', paint('  The curve: after the first level.', 'faint', style)];
  const watchStyle = { ...style, columns: style.columns - curveWidth - 3 };
  const watch = renderWatch(view, watchStyle);
  const table = renderLevels(view, watchStyle, height - watch.length - 1);
  return besides(curve.length === 0 ? none : curve, curveWidth + 2, [...watch, ...table], height);
}

/** The newest levels that are over, where there is room for some. */
function renderLevels({ ended }: LiveView, style: TextStyle, room: number): readonly string[] {
  const [first] = ended;
  if (first === undefined || room < 5 || style.columns < 50) return [];
  const table = createLevelTable(ended, style);
  const head = renderTableHeader(table);
  const rows = ended.flatMap((level) => renderLevelRow(level, table));
  return ['', ...head, ...rows.slice(-(room - head.length))];
}
