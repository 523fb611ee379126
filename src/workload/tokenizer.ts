/**
 * Text to token ids and back, without special tokens: what is counted here is what a prompt holds, before a server adds
 * its own marks.
 */
export interface Tokenizer {
  /** As the log and the reports name it. */
  readonly name: string;
  encode(text: string): readonly number[];
  decode(ids: readonly number[]): string;
  /** Equals `encode(text).length`; cheaper where the engine can. */
  count(text: string): number;
}
