import { type LevelRequests, levelRequests } from './conversations.ts';
import type { PromptDeck } from './promptDeck.ts';

/** So many requests show what share of prompts a cache may know, where that does not depend on those before. */
const mostLookedAt = 10_000;

/**
 * The share of a level's prompt tokens that a prefix cache could answer for, at most: one that forgets nothing, and that has
 * seen the beginnings before where they come again in every level. Servers keep whole blocks of tokens, so they find a little less.
 *
 * Sum of the tokens of each prompt that it begins with in common with one before / sum of prompt tokens.
 * @returns nothing where no beginning is shared on purpose
 */
export function expectedHitRatio(
  { shapeOf, prefixesRecur, conversations }: Pick<PromptDeck, 'shapeOf' | 'prefixesRecur' | 'conversations'>,
  level: LevelRequests,
): number | undefined {
  const seen = new Set<number>();
  let [shared, all, isPlanned] = [0, 0, false];
  let left = prefixesRecur || conversations !== undefined ? mostLookedAt : level.planned;
  for (const request of levelRequests(level, conversations)) {
    if (left-- === 0) break;
    const { promptTokens, prefix } = shapeOf(request);
    all += promptTokens;
    let isKnown = true;
    let rest = promptTokens;
    for (const { number, tokens } of prefix) {
      isPlanned = true;
      isKnown &&= prefixesRecur || seen.has(number);
      if (isKnown) shared += Math.min(tokens, rest);
      rest = Math.max(0, rest - tokens);
      seen.add(number);
    }
  }
  return isPlanned ? shared / all : undefined;
}
