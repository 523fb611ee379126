import { type CreatedSource, createSource } from './createSource.ts';
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
 * From the options of sweeps to their decks: reads the text, counts it, checks the counts; all of it once for sweeps that
 * have text, tokenizer and longest prompt in common.
 */
export function createPromptPreparer(): (
  options: PromptOptions,
  tokenizer: Tokenizer,
  seed: number,
) => PreparedPrompts {
  const sources = new Map<string, CreatedSource>();

  function sourceOf({ prompt_text_source }: PromptOptions, tokenizer: Tokenizer, longest: number): CreatedSource {
    const key = JSON.stringify([tokenizer.name, prompt_text_source, longest]);
    const known = sources.get(key);
    if (known !== undefined) return known;
    const read = readSourceText(prompt_text_source, longest);
    const { source, warnings } = createSource(read.text, tokenizer, longest);
    const created = { source, warnings: read.warning === undefined ? warnings : [read.warning, ...warnings] };
    sources.set(key, created);
    return created;
  }

  /** @throws SpeedometerError `usage` where the text cannot be used */
  return (options, tokenizer, seed) => {
    const { source, warnings } = sourceOf(options, tokenizer, longestPromptTokens(options));
    const made = createPromptDeck(source, options, seed, tokenizer);
    return { deck: made.deck, source, warnings: [...warnings, ...made.warnings] };
  };
}
