import type { Tokenizer } from '../tokenizer.ts';
import type { DatasetRow, DatasetTurn } from './datasetRow.ts';

/** Whose answers stand in the history of a turn: those that the server gave, or those of the file. */
export type History = 'real' | 'recorded';

/** A row whose texts are counted when they are asked for, each once: counting is dear. Turns are numbered from 0. */
export class MeasuredRow {
  readonly turns: readonly DatasetTurn[];
  readonly #maxTokens: number | undefined;
  readonly #tokenizer: Tokenizer;
  readonly #promptTokens: number[] = [];
  readonly #recordedTokens: number[] = [];

  constructor({ turns, maxTokens }: DatasetRow, tokenizer: Tokenizer) {
    this.turns = turns;
    this.#maxTokens = maxTokens;
    this.#tokenizer = tokenizer;
  }

  /** Of all its texts, in UTF-16 units. */
  get characters(): number {
    return this.turns.reduce((sum, { prompt, answer = '' }) => sum + prompt.length + answer.length, 0);
  }

  /** Tokens of a prompt, without what was said before. */
  promptTokens(turn: number): number {
    this.#promptTokens[turn] ??= this.#tokenizer.count(this.turns[turn]?.prompt ?? '');
    return this.#promptTokens[turn];
  }

  /** Tokens that an answer is to have; 0 where the row does not tell. */
  outputTokens(turn: number): number {
    return this.#maxTokens ?? this.#recorded(turn);
  }

  /** Tokens that the answer to a turn adds to the prompts behind it, as far as the row tells. */
  answerTokens(turn: number, history: History): number {
    return history === 'recorded' ? this.#recorded(turn) : this.outputTokens(turn);
  }

  #recorded(turn: number): number {
    const answer = this.turns[turn]?.answer;
    if (answer === undefined) return 0;
    this.#recordedTokens[turn] ??= Math.max(1, this.#tokenizer.count(answer));
    return this.#recordedTokens[turn];
  }
}
