import type { RequestShape, Shapes } from './requestShape.ts';
import { blocksOf, blockTokens } from './traceBlocks.ts';
import type { Trace } from './traceFile.ts';

/**
 * Shapes as a trace has them: request n is row n mod rows, and levels begin at multiples of the rows. Each round of the rows
 * has blocks of its own, so that a level finds nothing of those before it in a cache; warm-ups lie in a round that no level has.
 *
 * @param answerOf the length of an answer where the trace tells none
 */
export function traceShapes(
  { promptTokens, outputTokens, blocks }: Trace,
  answerOf: (request: number) => number,
): Shapes {
  const rows = promptTokens.length;
  const prefixOf = (request: number): RequestShape['prefix'] => {
    if (blocks === undefined) return [];
    const round = Math.floor(request / rows) * blocks.limit;
    return Array.from(blocksOf(blocks, request % rows), (id) => ({ number: round + id, tokens: blockTokens }));
  };
  return {
    prefixesRecur: false,
    shapeOf: (request) => ({
      promptTokens: promptTokens[request % rows] ?? 1,
      maxNewTokens: outputTokens?.[request % rows] ?? answerOf(request),
      prefix: prefixOf(request),
    }),
  };
}
