import type { ChartTheme } from './chartTheme.ts';
import type { PlotAxis } from './plotAxis.ts';
import { element, escapeMarkup, textWidth } from './svg.ts';

/** Where something is drawn: the rectangle within the axes. */
export interface PlotBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const textSize = 12;
const tickLength = 4;

/** Axes, ticks and grid of a plot. */
export function drawFrame(
  box: PlotBox,
  x: PlotAxis,
  y: PlotAxis,
  theme: ChartTheme,
  parts: { readonly xTicks?: boolean } = {},
): string {
  const withX = parts.xTicks ?? true;
  const lines = [
    ...y.ticks.map(({ at }) => line(box.left, at, box.right, at, theme.grid)),
    ...x.ticks.map(({ at }) => line(at, box.top, at, box.bottom, theme.grid)),
    ...y.minor.map((at) => line(box.left - tickLength / 2, at, box.left, at, theme.faint)),
    ...(withX ? x.minor.map((at) => line(at, box.bottom, at, box.bottom + tickLength / 2, theme.faint)) : []),
    ...y.ticks.map(({ at }) => line(box.left - tickLength, at, box.left, at, theme.faint)),
    ...(withX ? x.ticks.map(({ at }) => line(at, box.bottom, at, box.bottom + tickLength, theme.faint)) : []),
    line(box.left, box.top, box.left, box.bottom, theme.faint),
    line(box.left, box.bottom, box.right, box.bottom, theme.faint),
  ];
  const yTexts = y.ticks.map(({ at, text }) =>
    drawText(text, box.left - tickLength - 3, at + 4, theme.faint, { anchor: 'end' }),
  );
  const xTexts = withX
    ? fitting(x).map(({ at, text }) =>
        drawText(text, at, box.bottom + tickLength + textSize, theme.faint, { anchor: 'middle' }),
      )
    : [];
  const titles = [
    drawText(y.label, 2, box.top - 10, theme.ink),
    ...(withX
      ? [
          drawText(x.label, (box.left + box.right) / 2, box.bottom + 2.7 * textSize + 2, theme.ink, {
            anchor: 'middle',
          }),
        ]
      : []),
  ];
  return [...lines, ...yTexts, ...xTexts, ...titles].join('');
}

/** Room that the labels of a vertical axis take. */
export function labelRoom(axis: PlotAxis): number {
  return Math.max(0, ...axis.ticks.map(({ text }) => textWidth(text, textSize))) + tickLength + 8;
}

/** A whole picture. @param title what a reader who cannot see it is told */
export function drawPicture(
  width: number,
  height: number,
  title: string,
  theme: ChartTheme,
  ...content: string[]
): string {
  const size = theme.paper === 'none' ? {} : { width, height };
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      ...size,
      role: 'group',
      'aria-label': title,
      'font-family': theme.font,
      'font-size': textSize,
    },
    ...(theme.paper === 'none' ? [] : [element('rect', { width, height, fill: theme.paper })]),
    ...content,
  );
}

/** How a text stands and looks. */
export interface TextLook {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly weight?: string;
  readonly size?: number;
  /** A colour around it, where it may stand on a line. */
  readonly halo?: string;
}

/** A text at its baseline. */
export function drawText(text: string, x: number, y: number, fill: string, more: TextLook = {}): string {
  const { anchor, weight, size, halo } = more;
  const anchored = anchor === 'start' ? undefined : anchor;
  const around = halo === undefined ? {} : { stroke: halo, 'stroke-width': 3, 'paint-order': 'stroke' };
  const attributes = { x, y, fill, 'text-anchor': anchored, 'font-weight': weight, 'font-size': size, ...around };
  return element('text', attributes, escapeMarkup(text));
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: string, dash?: string): string {
  return element('line', { x1, y1, x2, y2, stroke, 'stroke-dasharray': dash });
}

/** The ticks whose texts do not touch each other. */
function fitting({ ticks }: PlotAxis): PlotAxis['ticks'] {
  let freeFrom = Number.NEGATIVE_INFINITY;
  return ticks.filter(({ at, text }) => {
    const half = textWidth(text, textSize) / 2;
    if (at - half < freeFrom) return false;
    freeFrom = at + half + 6;
    return true;
  });
}
