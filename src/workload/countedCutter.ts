import type { CutPrompt, PromptCutter } from './promptCutter.ts';

const mostTries = 12;

/**
 * For tokenizers whose counts do not add up word by word: really counts each prompt and cuts it again, longer or
 * shorter by the difference, until it has the wanted length. The closest one is kept; its `tokens` are always counted.
 */
export function createCountedCutter(
  cut: PromptCutter,
  countTokens: (slices: readonly number[]) => number,
): PromptCutter {
  return (request, wantedTokens) => {
    let closest: CutPrompt | undefined;
    let asked = wantedTokens;
    for (let attempt = 0; attempt < mostTries; attempt++) {
      const { slices } = cut(request, asked);
      const tokens = countTokens(slices);
      const missing = wantedTokens - tokens;
      if (closest === undefined || Math.abs(missing) < Math.abs(wantedTokens - closest.tokens))
        closest = { slices, tokens };
      if (missing === 0) break;
      // Half steps after the first few: where a word more adds two tokens, whole steps would swing for ever.
      const step = attempt < 4 ? missing : Math.sign(missing) * Math.ceil(Math.abs(missing) / 2);
      asked = Math.max(1, asked + step);
    }
    return closest ?? cut(request, wantedTokens);
  };
}
