import { randomStreams } from '../../core/random.ts';
import { type Conversations, conversationOrder } from '../conversations.ts';
import type { LengthTable } from '../lengthTable.ts';
import type { PromptCutter } from '../promptCutter.ts';
import type { Shapes } from '../requestShape.ts';

/** The rows of a dataset that a run may send; travels to workers. Where a row tells no length of its answer, that is 0. */
export interface DatasetTable extends LengthTable {
  /** Where the prompt of each row begins in the text; one more than there are rows. */
  readonly starts: Uint32Array;
  /** Each request draws a row for itself; else row after row, then from the first on again. */
  readonly isReplaced: boolean;
  /** Where rows are turns of conversations; then none is drawn twice before all were. */
  readonly conversations?: Conversations;
}

/** Which row a request sends; a pure function. */
export function rowOf({ promptTokens, isReplaced }: DatasetTable, seed: number): (request: number) => number {
  const rows = promptTokens.length;
  if (!isReplaced) return (request) => request % rows;
  const streams = randomStreams(seed, 'dataset draw');
  return (request) => Math.floor(streams(request)() * rows);
}

/**
 * Shapes as the rows have them.
 * @param answerOf the length of an answer where the row tells none
 */
export function datasetShapes(table: DatasetTable, seed: number, answerOf: (request: number) => number): Shapes {
  const row = rowOf(table, seed);
  const answerTokens = (request: number) => table.outputTokens?.[row(request)] || answerOf(request);
  if (table.conversations !== undefined) return turnShapes(table, table.conversations, answerTokens);
  return {
    prefixesRecur: false,
    shapeOf: (request) => ({
      promptTokens: table.promptTokens[row(request)] ?? 1,
      maxNewTokens: answerTokens(request),
      prefix: [],
    }),
  };
}

/** Tokens of the prompt of each row. @param meanAnswer of answers whose length no row tells; real ones are part of the prompts behind them */
export function plannedTokens(
  { promptTokens, outputTokens, conversations }: DatasetTable,
  meanAnswer: number,
): Uint32Array {
  if (conversations?.history !== 'real') return promptTokens;
  const { turns } = conversations;
  let untold = 0;
  return promptTokens.map((tokens, row) => {
    if (turns[row] === 1) untold = 0;
    else if (!outputTokens?.[row - 1]) untold++;
    return tokens + untold * meanAnswer;
  });
}

/** Each turn begins with what was said before: with real answers these are as long as they were asked for. */
function turnShapes(
  { promptTokens }: DatasetTable,
  conversations: Conversations,
  answerTokens: (request: number) => number,
): Shapes {
  const { history, turns, ownTokens } = conversations;
  const rows = turns.length;
  const earlierTokens = (request: number, turn: number): number => {
    const row = request % rows;
    // What a server has seen: its own answers, and of recorded ones those that were sent to it before.
    if (history === 'recorded') return turn === 1 ? 0 : (promptTokens[row - 1] as number);
    let tokens = 0;
    for (let back = 1; back < turn; back++) tokens += (ownTokens[row - back] as number) + answerTokens(request - back);
    return tokens;
  };
  return {
    prefixesRecur: false,
    conversations: conversationOrder(conversations),
    shapeOf: (request) => {
      const row = request % rows;
      const turn = turns[row] as number;
      const tokens = earlierTokens(request, turn);
      const prompt = history === 'recorded' ? (promptTokens[row] as number) : tokens + (ownTokens[row] as number);
      const prefix = [{ number: request - turn, tokens }];
      return { promptTokens: prompt, maxNewTokens: answerTokens(request), prefix };
    },
  };
}

/**
 * Prompts as the rows have them, whole. Of a conversation each slice is a message, of the user, the assistant, the user and so on:
 * with real answers the user's alone, since the others are not known.
 */
export function createDatasetCutter(table: DatasetTable, seed: number): PromptCutter {
  const { starts, conversations } = table;
  const row = rowOf(table, seed);
  if (conversations === undefined) {
    return (request, tokens) => {
      const start = starts[row(request)] ?? 0;
      return { slices: [start, starts[row(request) + 1] ?? start], tokens };
    };
  }
  const { history, turns, ends } = conversations;
  return (request, tokens) => {
    const last = row(request);
    const slices: number[] = [];
    if (history === 'recorded') {
      for (let each = last + 1 - (turns[last] as number); each < last; each++) {
        slices.push(starts[each] as number, ends[each] as number, ends[each] as number, starts[each + 1] as number);
      }
    }
    slices.push(starts[last] as number, ends[last] as number);
    return { slices, tokens };
  };
}
