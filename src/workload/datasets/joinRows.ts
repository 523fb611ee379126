import type { DatasetTable } from './datasetShapes.ts';
import type { History, MeasuredRow } from './measuredRow.ts';

/**
 * Lays rows one behind the other, every turn of a conversation a row of the table.
 * @param isReplaced as the table has it
 */
export function joinRows(
  rows: readonly MeasuredRow[],
  history: History,
  isReplaced: boolean,
): { readonly text: string; readonly table: DatasetTable } {
  const [texts, starts, ends]: [string[], number[], number[]] = [[], [0], []];
  const [promptTokens, ownTokens, outputTokens]: [number[], number[], number[]] = [[], [], []];
  const [turns, firstRows]: [number[], number[]] = [[], []];
  let at = 0;
  for (const row of rows) {
    let earlierTokens = 0;
    firstRows.push(turns.length);
    for (const [turn, { prompt }] of row.turns.entries()) {
      const answer = row.sentAnswer(turn);
      const own = Math.max(1, row.promptTokens(turn));
      texts.push(prompt, answer);
      ends.push(at + prompt.length);
      at += prompt.length + answer.length;
      starts.push(at);
      turns.push(turn + 1);
      ownTokens.push(own);
      promptTokens.push(earlierTokens + own);
      outputTokens.push(row.outputTokens(turn));
      if (turn + 1 < row.turns.length) earlierTokens += own + row.answerTokens(turn);
    }
  }
  firstRows.push(turns.length);
  const conversations = {
    history,
    turns: Uint32Array.from(turns),
    firstRows: Uint32Array.from(firstRows),
    ends: Uint32Array.from(ends),
    ownTokens: Uint32Array.from(ownTokens),
  };
  const table = {
    starts: Uint32Array.from(starts),
    promptTokens: Uint32Array.from(promptTokens),
    ...(outputTokens.some((tokens) => tokens > 0) ? { outputTokens: Uint32Array.from(outputTokens) } : {}),
    ...(rows.some((row) => row.turns.length > 1) ? { conversations } : {}),
    isReplaced,
  };
  return { text: texts.join(''), table };
}
