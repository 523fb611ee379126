import { messageOf, SpeedometerError } from '../core/errors.ts';
import { loadBuiltInTokenizer } from './builtInTokenizer.ts';
import { loadTokenizer } from './loadTokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

export interface ResolvedTokenizer {
  readonly tokenizer: Tokenizer;
  /** To be kept in the log: another vocabulary stands in for the model's. */
  readonly warning?: string;
}

/**
 * The tokenizer of a run: `--tokenizer`, else the model's. Where no real model answers (`dummy`, `simulator`) and the
 * model's cannot be had, `o200k_base` stands in; what `--tokenizer` names is never replaced.
 * @throws SpeedometerError `usage` where a real server would be measured with the wrong vocabulary
 */
export async function resolveTokenizer(asked: {
  readonly tokenizer?: string | undefined;
  readonly model?: string | undefined;
  readonly api: string;
}): Promise<ResolvedTokenizer> {
  if (asked.tokenizer !== undefined) return { tokenizer: await loadTokenizer(asked.tokenizer) };
  const anyVocabularyServes = asked.api === 'dummy' || asked.api === 'simulator';
  if (asked.model === undefined) {
    if (anyVocabularyServes) return { tokenizer: await loadBuiltInTokenizer('o200k_base') };
    throw new SpeedometerError('usage', `--api ${asked.api} needs --model: prompts are counted by its tokenizer`, {
      hint: 'Name the model that the server serves (--model NAME).',
    });
  }
  try {
    return { tokenizer: await loadTokenizer(asked.model) };
  } catch (error) {
    if (!anyVocabularyServes || !(error instanceof SpeedometerError)) throw error;
    const warning = `${messageOf(error).replace(/\.$/, '')}; tokens are counted with o200k_base instead`;
    return { tokenizer: await loadBuiltInTokenizer('o200k_base'), warning };
  }
}
