import type { LevelSummary, TurnFigures } from '../metrics/levelSummary.ts';
import { type CellTable, renderCellTable } from './cellTable.ts';
import { formatDuration, formatLoad, formatTokens, loadHead } from './quantities.ts';
import type { TextStyle } from './textStyle.ts';

/** So many columns fit on a narrow terminal; `summary.json` has all turns. */
const mostShown = 7;

interface ShownFigure {
  readonly name: string;
  readonly cell: (figures: TurnFigures | undefined) => string;
}

const ttft: ShownFigure = { name: 'TTFT p50', cell: (figures) => formatDuration(figures?.ttftMs.p50) };
const e2e: ShownFigure = { name: 'e2e mean', cell: (figures) => formatDuration(figures?.e2eMs.mean) };

/** How latencies grow with the turns of conversations: a table for each figure, none where requests stand by themselves. */
export function turnTables(levels: readonly LevelSummary[]): readonly CellTable[] {
  const held = levels.filter(({ turns }) => turns !== undefined);
  if (held.length === 0) return [];
  const most = held.reduce((longest, { turns = [] }) => Math.max(longest, turns.length), 0);
  const shown = Array.from({ length: Math.min(most, mostShown) }, (_, turn) => turn);
  const titleEnd = most > mostShown ? `, the first ${mostShown}` : '';
  const lengths = shown.map((turn) => formatTokens(meanPromptTokens(held, turn)));
  return (held.some(({ streaming }) => streaming) ? [ttft, e2e] : [e2e]).map(({ name, cell }) => ({
    title: `${name} by the turn of a conversation${titleEnd}`,
    head: [loadHead(held), ...shown.map((turn) => `turn ${turn + 1}`)],
    rows: [
      ...held.map(({ load, turns = [] }) => [formatLoad(load), ...shown.map((turn) => cell(turns[turn]))]),
      ['prompt tokens', ...lengths],
    ],
  }));
}

/** The first of these tables for a terminal. @returns no line where there is none */
export function renderTurnTable(levels: readonly LevelSummary[], style: TextStyle): readonly string[] {
  return turnTables(levels)
    .slice(0, 1)
    .flatMap((table) => renderCellTable(table, style));
}

/** Over the completed requests of all levels. */
function meanPromptTokens(levels: readonly LevelSummary[], turn: number): number | undefined {
  let [tokens, completed] = [0, 0];
  for (const { turns = [] } of levels) {
    const figures = turns[turn];
    completed += figures?.completed ?? 0;
    tokens += (figures?.completed ?? 0) * (figures?.promptTokens ?? 0);
  }
  return completed === 0 ? undefined : tokens / completed;
}
