import type { PromptPieces } from './promptPieces.ts';
import type { WordCounts } from './wordCounts.ts';

/** A text with everything that cutting exact prompts from it needs; survives a structured clone. */
export interface PromptSource extends WordCounts {
  readonly text: string;
  readonly pieces: PromptPieces;
  /** 1 for each number of tokens that `pieces` can add up to. */
  readonly fillable: Uint8Array;
  /** The tokenizer puts a blank of its own before a text, so a prompt begins without its first one. */
  readonly dropsLeadingBlank: boolean;
  /** Tokens that every prompt has beyond those of its words. */
  readonly offsetTokens: number;
  /** Whether counts of words were found to add up; where not, every prompt must be counted. */
  readonly exact: boolean;
}
