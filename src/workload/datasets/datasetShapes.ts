import { randomStreams } from '../../core/random.ts';
import type { LengthTable } from '../lengthTable.ts';
import type { PromptCutter } from '../promptCutter.ts';
import type { Shapes } from '../requestShape.ts';

/** The rows of a dataset that a run may send; travels to workers. Where a row tells no length of its answer, that is 0. */
export interface DatasetTable extends LengthTable {
  /** Where the prompt of each row begins in the text; one more than there are rows. */
  readonly starts: Uint32Array;
  /** Each request draws a row for itself; else row after row, then from the first on again. */
  readonly isReplaced: boolean;
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
  return {
    prefixesRecur: false,
    shapeOf: (request) => ({
      promptTokens: table.promptTokens[row(request)] ?? 1,
      maxNewTokens: table.outputTokens?.[row(request)] || answerOf(request),
      prefix: [],
    }),
  };
}

/** Prompts as the rows have them, whole. */
export function createDatasetCutter(table: DatasetTable, seed: number): PromptCutter {
  const row = rowOf(table, seed);
  return (request, tokens) => {
    const start = table.starts[row(request)] ?? 0;
    return { slices: [start, table.starts[row(request) + 1] ?? start], tokens };
  };
}

/** What recurs too soon, in words. @param requests that a run sends at most */
export function recurrenceWarnings({ promptTokens, isReplaced }: DatasetTable, requests: number): readonly string[] {
  const rows = promptTokens.length;
  if (isReplaced || requests <= rows) return [];
  return [
    `the dataset gives ${rows} prompts, and up to ${requests} requests are sent: prompts come again, and a prefix cache may answer for the server`,
  ];
}
