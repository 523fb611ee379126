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
    const lines = wrapped(text, width - keyWidth);
    const room = keyWidth + Math.max(...lines.map((each) => textWidth(each, textSize))) + 14;
    if (x > left && x + room > left + width) [x, y] = [left, y + rowHeight];
    parts.push(line(x, y - 4, x + keyWidth - 6, y - 4, colour, dash));
    if (shape !== undefined) {
      parts.push(drawMark(x + (keyWidth - 6) / 2, y - 4, { shape, colour, paper: theme.paper, isHollow }));
    }
    for (const [index, each] of lines.entries()) {
      parts.push(drawText(each, x + keyWidth, y + index * rowHeight, theme.ink));
    }
    y += (lines.length - 1) * rowHeight;
    x += room;
  }
  return { markup: parts.join(''), height: entries.length === 0 ? 0 : y - top + 8 };
}

/** Lines of words, as narrow as they must be. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(longer, textSize) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
