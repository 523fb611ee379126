import type { LevelSummary } from '../metrics/levelSummary.ts';
import { enoughForP99 } from '../metrics/percentile.ts';
import type { Saturation } from '../metrics/runSummary.ts';
import { isSaturationPoint } from '../metrics/saturationPoint.ts';
import { marksOf, renderMarks, saturatedMark } from './levelMarks.ts';
import { type Column, columnsWithin, type TabledLevel, tableWidth } from './tableColumns.ts';
import { paint, shown, type TextStyle, wrapText } from './textStyle.ts';

const markGap = 1;

/** A table whose columns are settled, so that each row can be shown as its level ends. */
export interface LevelTable {
  readonly columns: readonly Column[];
  readonly style: TextStyle;
}

/** @param levels those of the table, or others like them: only where answers come in streams is there a first token */
export function createLevelTable(levels: readonly TabledLevel[], style: TextStyle): LevelTable {
  return { columns: columnsWithin(style.columns - markGap - saturatedMark.length, levels), style };
}

/** The two lines above the rows. */
export function renderTableHeader({ columns, style }: LevelTable): readonly string[] {
  let above = '';
  for (const [index, { group, width, gap }] of columns.entries()) {
    const isContinued = index > 0 && columns[index - 1]?.group === group;
    above += ' '.repeat(gap) + (isContinued ? '' : group).padStart(width);
  }
  const heads = columns.map(({ head, width, gap }) => ' '.repeat(gap) + head.padStart(width)).join('');
  return [above.trimEnd(), heads].map((line) => paint(line, 'strong', style));
}

/**
 * A level as a row, followed by a line that says why where it did not end as planned.
 *
 * @param isSaturated marks the row as the sweep's saturation point
 */
export function renderLevelRow(level: LevelSummary, { columns, style }: LevelTable, isSaturated = false): string[] {
  const cells = columns.map(({ cell, width, gap, head }) => {
    const text = cell(level).padStart(width + gap);
    return head === 'failed' && /[1-9]/.test(text)
      ? paint(text, 'bad', style)
      : paint(text, isSaturated ? 'good' : 'plain', style);
  });
  const room = style.columns - tableWidth(columns) - markGap;
  const { besides, below } = renderMarks(marksOf(level, isSaturated), room, style);
  return [besides === '' ? cells.join('') : cells.join('') + ' '.repeat(markGap) + besides, ...below];
}

/** The whole table of a sweep, with the saturation point marked. */
export function renderLevelTable(
  levels: readonly LevelSummary[],
  saturation: Saturation | undefined,
  style: TextStyle,
  stopReason?: string,
): readonly string[] {
  const table = createLevelTable(levels, style);
  const point = levels.find((level) => isSaturationPoint(level, saturation));
  const rows = levels.flatMap((level) => renderLevelRow(level, table, level === point));
  const foot = stopReason === undefined ? [] : wrapIndented(`stopped: ${shown(stopReason, style)}`, style);
  const isRough = levels.some((level) => table.columns.some(({ cell }) => cell(level).startsWith('~')));
  if (isRough) foot.push(...wrapIndented(`~ p99 of fewer than ${enoughForP99} requests: a rough figure`, style));
  return [...renderTableHeader(table), ...rows, ...foot];
}

function wrapIndented(text: string, style: TextStyle): string[] {
  return wrapText(text, style.columns - 4).map(
    (line, index) => (index === 0 ? '  ' : '    ') + paint(line, 'faint', style),
  );
}
