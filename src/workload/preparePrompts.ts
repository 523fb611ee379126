import { createSource } from './createSource.ts';
import { createPromptDeck, longestPromptTokens, type TransferableDeck } from './promptDeck.ts';
import type { PromptOptions } from './promptOptions.ts';
import type { PromptSource } from './promptSource.ts';
import { readSourceText } from './sourceText.ts';
import type { Tokenizer } from './tokenizer.ts';

export interface PreparedPrompts {
  readonly deck: TransferableDeck;
  /** Its `text` is what slices point into: the log keeps it. */
  readonly source: PromptSource;
  readonly warnings: readonly string[];
}

/**
 * From a sweep's options to its deck: reads the text, counts it, checks the counts.
 * @throws SpeedometerError `usage` where the text cannot be used
 */
export function preparePrompts(options: PromptOptions, tokenizer: Tokenizer, seed: number): PreparedPrompts {
  const longest = longestPromptTokens(options);
  const read = readSourceText(options.prompt_text_source, longest);
  const { source, warnings } = createSource(read.text, tokenizer, longest);
  const made = createPromptDeck(source, options, seed, tokenizer);
  const ofText = read.warning === undefined ? [] : [read.warning];
  return { deck: made.deck, source, warnings: [...ofText, ...warnings, ...made.warnings] };
}
