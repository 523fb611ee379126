import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { Saturation } from '../metrics/runSummary.ts';
import { type Column, columnsWithin, enoughForP99, tableWidth } from './tableColumns.ts';
import { paint, shown, type TextStyle, type Tone, wrapText } from './textStyle.ts';

const saturatedMark = '◀ saturated';
const markGap = 1;

/** A table whose columns are settled, so that each row can be shown as its level ends. */
export interface LevelTable {
  readonly columns: readonly Column[];
  readonly style: TextStyle;
}

/** @param streaming whether the answers come in streams: only then there is a first token */
export function createLevelTable(streaming: boolean, style: TextStyle): LevelTable {
  return { columns: columnsWithin(style.columns - markGap - saturatedMark.length, streaming), style };
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
    return head === 'failed' && /[1-9]/.test(text) ? paint(text, 'bad', style) : paint(text, isSaturated ? 'good' : 'plain', style);
  });
  const marks = marksOf(level, isSaturated).map((mark) => ({ ...mark, text: shown(mark.text, style) }));
  const room = style.columns - tableWidth(columns) - markGap;
  const fitting: Mark[] = [];
  let used = 0;
  for (const mark of marks) {
    if (used + mark.text.length + 2 * fitting.length > room) break;
    fitting.push(mark);
    used += mark.text.length;
  }
  const besides = fitting.map(({ text, tone }) => paint(text, tone, style)).join('  ');
  const row = besides === '' ? cells.join('') : cells.join('') + ' '.repeat(markGap) + besides;
  return [row, ...marks.flatMap((mark, index) => renderReason(mark, index >= fitting.length, style))];
}

/** The whole table of a sweep, with the saturation point marked. */
export function renderLevelTable(
  levels: readonly LevelSummary[],
  saturation: Saturation | undefined,
  style: TextStyle,
  stopReason?: string,
): readonly string[] {
  const table = createLevelTable(levels.some(({ streaming }) => streaming), style);
  const saturated = saturation?.status === 'found' ? saturation.clients : undefined;
  const point = levels.find(({ clients, generator }) => clients === saturated && generator.verdict !== 'clientLimited');
  const rows = levels.flatMap((level) => renderLevelRow(level, table, level === point));
  const foot = stopReason === undefined ? [] : wrapIndented(`stopped: ${shown(stopReason, style)}`, style);
  if (rows.some((row) => row.includes('~'))) foot.push(...wrapIndented(`~ p99 of fewer than ${enoughForP99} requests: a rough figure`, style));
  return [...renderTableHeader(table), ...rows, ...foot];
}

interface Mark {
  readonly text: string;
  readonly tone: Tone;
  /** What stands on the line below; `undefined` where the mark says it all. */
  readonly reason?: string | undefined;
  /** Not worth a line of its own where there is no room in the row. */
  readonly short?: string;
}

function marksOf({ status, reason, generator, steady, requests }: LevelSummary, isSaturated: boolean): readonly Mark[] {
  const marks: Mark[] = [];
  if (isSaturated) marks.push({ text: saturatedMark, tone: 'good' });
  if (status === 'skipped') {
    const run = reason?.replace(/^measured by /, '');
    marks.push({ text: run === undefined ? 'skipped' : `skipped (from ${run})`, tone: 'faint', short: 'skipped' });
  } else if (status !== 'completed') {
    marks.push({ text: status, tone: status === 'failed' ? 'bad' : 'warning', reason });
  }
  if (generator.verdict === 'clientLimited') {
    marks.push({ text: 'client-limited', tone: 'warning', reason: generator.reason });
  }
  if (steady === undefined && requests.completed > 0) {
    const why = 'a client had no more work before every client had sent its first request';
    marks.push({ text: 'no steady stretch', tone: 'warning', reason: why });
  }
  return marks;
}

function renderReason({ text, tone, reason, short }: Mark, isAlone: boolean, style: TextStyle): readonly string[] {
  if (reason === undefined && !isAlone) return [];
  const said = isAlone ? [short ?? text, reason] : [reason];
  const words = said.filter((part) => part !== undefined).join(': ');
  const lines = wrapText(shown(`╰ ${words}`, style), style.columns - 12);
  return lines.map((line, index) => ' '.repeat(index === 0 ? 10 : 12) + paint(line, tone, style));
}

function wrapIndented(text: string, style: TextStyle): string[] {
  return wrapText(text, style.columns - 4).map((line, index) => (index === 0 ? '  ' : '    ') + paint(line, 'faint', style));
}
