import type { ChartTheme } from './chartTheme.ts';
import { drawText, line, textSize } from './plotFrame.ts';
import { drawMark, type MarkShape } from './plotMark.ts';
import { textWidth } from './svg.ts';

export interface LegendEntry {
  readonly text: string;
  readonly colour: string;
  readonly shape?: MarkShape;
  readonly isHollow?: boolean;
  readonly dash?: string | undefined;
}

const rowHeight = 18;
const keyWidth = 42;

/** A legend in rows, from the top left corner; nothing of the plot is under it. */
export function drawLegend(
  entries: readonly LegendEntry[],
  left: number,
  top: number,
  width: number,
  theme: ChartTheme,
): { readonly markup: string; readonly height: number } {
  let [x, y] = [left, top + textSize];
  const parts: string[] = [];
  for (const { text, colour, shape, isHollow = false, dash } of entries) {
    const room = keyWidth + textWidth(text, textSize) + 14;
    if (x > left && x + room > left + width) [x, y] = [left, y + rowHeight];
    parts.push(line(x, y - 4, x + keyWidth - 6, y - 4, colour, dash));
    if (shape !== undefined) {
      parts.push(drawMark(x + (keyWidth - 6) / 2, y - 4, { shape, colour, paper: theme.paper, isHollow }));
    }
    parts.push(drawText(text, x + keyWidth, y, theme.ink));
    x += room;
  }
  return { markup: parts.join(''), height: entries.length === 0 ? 0 : y - top + 8 };
}
