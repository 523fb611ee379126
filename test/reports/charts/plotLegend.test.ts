import { expect, test } from 'vitest';
import { paperTheme } from '../../../src/reports/charts/chartTheme.ts';
import { drawLegend } from '../../../src/reports/charts/plotLegend.ts';
import { textWidth } from '../../../src/reports/charts/svg.ts';

const entry = (text: string) => ({ text, colour: '#000000' });
const long = entry('p99 of fewer than 459 requests, or the load generator was the limit');

function linesOf(markup: string): readonly { readonly text: string; readonly x: number; readonly y: number }[] {
  const found = markup.matchAll(/<text[^>]* x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</g);
  return [...found].map(([, x, y, text = '']) => ({ text, x: Number(x), y: Number(y) }));
}

test('on a phone an entry that is wider than the picture goes on in the next line', () => {
  const { markup, height } = drawLegend([entry('mean'), entry('p50'), long, entry('p90')], 2, 0, 360, paperTheme);
  const lines = linesOf(markup);
  expect(lines.map(({ text }) => text).join(' ')).toBe(`mean p50 ${long.text} p90`);
  for (const { text, x } of lines) expect(x + textWidth(text, 12)).toBeLessThanOrEqual(362);
  expect(new Set(lines.map(({ y }) => y)).size).toBe(4);
  expect(height).toBeGreaterThan(Math.max(...lines.map(({ y }) => y)));
});

test('where there is room everything stands in one row', () => {
  const { markup } = drawLegend([entry('mean'), long], 2, 0, 760, paperTheme);
  expect(linesOf(markup).map(({ text }) => text)).toEqual(['mean', long.text]);
});
