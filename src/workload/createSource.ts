import { SpeedometerError } from '../core/errors.ts';
import { createCutter } from './promptCutter.ts';
import { promptText } from './promptDeck.ts';
import { collectPieces, findFillable } from './promptPieces.ts';
import type { PromptSource } from './promptSource.ts';
import type { Tokenizer } from './tokenizer.ts';
import { countWords, createCountWithin, type WordCounts } from './wordCounts.ts';

export interface CreatedSource {
  readonly source: PromptSource;
  readonly warnings: readonly string[];
}

const probeLengths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 23, 32, 45, 64, 100, 150, 256, 400, 700, 1100, 2000];
const probeRounds = 2;

/**
 * Counts a text (as {@link readSourceText} gives it), repeats it where it is shorter than the longest prompt, and finds
 * out by counting real prompts whether counts of words add up, and under which rule.
 * @throws SpeedometerError `usage` where the tokenizer finds no token in the text
 */
export function createSource(text: string, tokenizer: Tokenizer, longestPromptTokens: number): CreatedSource {
  const countWithin = createCountWithin(tokenizer);
  const counted = countWords(text, countWithin);
  const textTokens = counted.tokensBefore.at(-1) ?? 0;
  if (textTokens === 0) {
    throw new SpeedometerError('usage', 'prompt_text_source: the tokenizer finds no token in the text', {
      hint: 'Give a text with words, or leave the option out for the built-in text.',
    });
  }
  const times = Math.ceil(longestPromptTokens / textTokens);
  const words = repeatWords(counted, times);
  const pieces = collectPieces(text, counted, countWithin);
  const uncalibrated: PromptSource = {
    text: text.repeat(times),
    ...words,
    pieces,
    fillable: findFillable(pieces, counted),
    dropsLeadingBlank: false,
    offsetTokens: 0,
    exact: false,
  };
  const source = calibrate(uncalibrated, tokenizer, longestPromptTokens);
  const warnings: string[] = [];
  if (times > 1) {
    warnings.push(
      `the prompt text has only ${textTokens} tokens, the longest prompt up to ${longestPromptTokens}: it is repeated`,
    );
  }
  if (!source.exact) {
    warnings.push(
      `tokens of ${tokenizer.name} do not add up word by word: every prompt is counted, which takes longer`,
    );
  }
  return { source, warnings };
}

function repeatWords({ starts, tokensBefore }: WordCounts, times: number): WordCounts {
  const repeat = (values: Uint32Array) => {
    const count = values.length - 1;
    const repeated = new Uint32Array(count * times + 1);
    for (let at = 0; at < repeated.length; at++) {
      repeated[at] = Math.floor(at / count) * (values[count] ?? 0) + (values[at % count] ?? 0);
    }
    return repeated;
  };
  return { starts: repeat(starts), tokensBefore: repeat(tokensBefore) };
}

/** Prefers the rules without a constant: with one, a constant that only most prompts have could pass unnoticed. */
function calibrate(source: PromptSource, tokenizer: Tokenizer, longestPromptTokens: number): PromptSource {
  const found: PromptSource[] = [];
  for (const dropsLeadingBlank of [false, true]) {
    const candidate = { ...source, dropsLeadingBlank };
    const offsetTokens = findOffset(candidate, tokenizer, longestPromptTokens);
    if (offsetTokens === 0) return { ...candidate, exact: true };
    if (offsetTokens !== undefined) found.push({ ...candidate, offsetTokens, exact: true });
  }
  return found[0] ?? source;
}

/** By how many tokens prompts differ from the sum of their words; undefined where that is not always the same. */
function findOffset(source: PromptSource, tokenizer: Tokenizer, longestPromptTokens: number): number | undefined {
  const cut = createCutter(source, 1);
  let offset: number | undefined;
  for (let probe = 0; probe < probeRounds * probeLengths.length; probe++) {
    const wanted = Math.min(probeLengths[probe % probeLengths.length] ?? 1, longestPromptTokens);
    const { slices, tokens } = cut(probe, wanted);
    const difference = tokenizer.count(promptText(source.text, slices)) - tokens;
    offset ??= difference;
    if (difference !== offset) return undefined;
  }
  return offset;
}
