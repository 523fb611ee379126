import type { CutPrompt, PromptCutter } from './promptCutter.ts';
import type { PrefixPart } from './requestShape.ts';

const mostTries = 24;

/**
 * For tokenizers whose counts do not add up word by word: cuts a prompt that is a little too long, then moves its end,
 * within words too, until it really counts the wanted tokens. `tokens` is always counted: should no end be exact, the
 * closest is taken and says so.
 */
export function createCountedCutter(
  cut: PromptCutter,
  sourceText: string,
  countTokens: (slices: readonly number[]) => number,
): PromptCutter {
  return (request, wantedTokens, prefix = []) => {
    const { slices, tokens } = cutAtLeast(cut, countTokens, request, wantedTokens, prefix);
    let closest: CutPrompt = { slices, tokens };
    let tooShort = 0;
    let tooLong = textLength(slices);
    const charactersPerToken = tooLong / tokens;
    for (let attempt = 0; attempt < mostTries && closest.tokens !== wantedTokens && tooLong - tooShort > 1; attempt++) {
      const guess = Math.round(textLength(closest.slices) + (wantedTokens - closest.tokens) * charactersPerToken);
      const bracketed = attempt % 2 === 0 && guess > tooShort && guess < tooLong;
      const length = bracketed ? guess : Math.floor((tooShort + tooLong) / 2);
      const shorter = shorten(slices, length, sourceText);
      const counted = countTokens(shorter);
      if (counted < wantedTokens) tooShort = length;
      else tooLong = length;
      if (Math.abs(counted - wantedTokens) < Math.abs(closest.tokens - wantedTokens)) {
        closest = { slices: shorter, tokens: counted };
      }
    }
    return closest;
  };
}

function cutAtLeast(
  cut: PromptCutter,
  countTokens: (slices: readonly number[]) => number,
  request: number,
  wantedTokens: number,
  prefix: readonly PrefixPart[],
): CutPrompt {
  let asked = wantedTokens;
  for (let attempt = 0; ; attempt++) {
    const { slices } = cut(request, asked, prefix);
    const tokens = Math.max(1, countTokens(slices));
    if (tokens >= wantedTokens || attempt === mostTries) return { slices, tokens };
    asked += wantedTokens - tokens + attempt;
  }
}

function textLength(slices: readonly number[]): number {
  let length = 0;
  for (let at = 0; at < slices.length; at += 2) length += (slices[at + 1] ?? 0) - (slices[at] ?? 0);
  return length;
}

/** The first `length` UTF-16 units of what slices make, one more where the cut would split a character. */
function shorten(slices: readonly number[], length: number, sourceText: string): readonly number[] {
  const shorter: number[] = [];
  let left = length;
  for (let at = 0; at < slices.length && left > 0; at += 2) {
    const start = slices[at] ?? 0;
    const end = Math.min(slices[at + 1] ?? 0, start + left);
    const splits = end < sourceText.length && (sourceText.codePointAt(end - 1) ?? 0) > 0xffff;
    shorter.push(start, splits ? end + 1 : end);
    left -= end - start;
  }
  return shorter;
}
