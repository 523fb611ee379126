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
  { shapeOf, prefixesRecur }: Pick<PromptDeck, 'shapeOf' | 'prefixesRecur'>,
  firstRequest: number,
  requests: number,
): number | undefined {
  const seen = new Set<number>();
  let [shared, all, isPlanned] = [0, 0, false];
  const lookedAt = prefixesRecur ? Math.min(requests, mostLookedAt) : requests;
  for (let request = firstRequest; request < firstRequest + lookedAt; request++) {
    const { promptTokens, prefix } = shapeOf(request);
    all += promptTokens;
    let isKnown = true;
    let left = promptTokens;
    for (const { number, tokens } of prefix) {
      isPlanned = true;
      isKnown &&= prefixesRecur || seen.has(number);
      if (isKnown) shared += Math.min(tokens, left);
      left = Math.max(0, left - tokens);
      seen.add(number);
    }
  }
  return isPlanned ? shared / all : undefined;
}
