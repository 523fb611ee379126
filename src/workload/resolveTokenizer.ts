import { messageOf, SpeedometerError } from '../core/errors.ts';
import { loadTokenizer } from './loadTokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

export interface ResolvedTokenizer {
  readonly tokenizer: Tokenizer;
  /** To be kept in the log: another vocabulary stands in for the model's. */
  readonly warning?: string;
}

/**
 * The tokenizer of a run: `--tokenizer`, else the model's, else the client's `fallback`; what `--tokenizer` names is never
 * replaced.
 * @throws SpeedometerError `usage` where a real server would be measured with the wrong vocabulary
 */
export async function resolveTokenizer(asked: {
  readonly tokenizer?: string | undefined;
  readonly model?: string | undefined;
  readonly api: string;
  /** Stands in where the model's cannot be had. */
  readonly fallback?: string | undefined;
}): Promise<ResolvedTokenizer> {
  if (asked.tokenizer !== undefined) return { tokenizer: await loadTokenizer(asked.tokenizer) };
  const { fallback } = asked;
  if (asked.model === undefined) {
    if (fallback !== undefined) return { tokenizer: await loadTokenizer(fallback) };
    throw new SpeedometerError('usage', `--api ${asked.api} needs --model: prompts are counted by its tokenizer`, {
      hint: 'Name the model that the server serves (--model NAME).',
    });
  }
  try {
    return { tokenizer: await loadTokenizer(asked.model) };
  } catch (error) {
    if (fallback === undefined || !(error instanceof SpeedometerError)) throw error;
    const warning = `${messageOf(error).replace(/\.$/, '')}; tokens are counted with ${fallback} instead`;
    return { tokenizer: await loadTokenizer(fallback), warning };
  }
}
