import type { Tokenizer } from '../tokenizer.ts';
import type { DatasetRow, DatasetTurn } from './datasetRow.ts';

/** Whose answers stand in the history of a turn: those that the server gave, or those of the file. */
export type History = 'real' | 'recorded';

/** A row whose texts are counted when they are asked for, each once: counting is dear. Turns are numbered from 0. */
export class MeasuredRow {
  readonly turns: readonly DatasetTurn[];
  /** UTF-16 units of all that is kept of it. */
  readonly characters: number;
  readonly #maxTokens: number | undefined;
  readonly #history: History;
  readonly #tokenizer: Tokenizer;
  readonly #promptTokens: number[] = [];
  readonly #recordedTokens: number[] = [];

  constructor({ turns, maxTokens }: DatasetRow, history: History, tokenizer: Tokenizer) {
    this.turns = turns;
    this.#history = history;
    this.characters = turns.reduce((sum, { prompt }, turn) => sum + prompt.length + this.sentAnswer(turn).length, 0);
    this.#maxTokens = maxTokens;
    this.#tokenizer = tokenizer;
  }

  /** The recorded answer to a turn, as far as later turns bring it along. */
  sentAnswer(turn: number): string {
    const isLast = turn + 1 === this.turns.length;
    return this.#history === 'recorded' && !isLast ? (this.turns[turn]?.answer ?? '') : '';
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
  answerTokens(turn: number): number {
    return this.#history === 'recorded' ? this.#recorded(turn) : this.outputTokens(turn);
  }

  #recorded(turn: number): number {
    const answer = this.turns[turn]?.answer;
    if (answer === undefined) return 0;
    this.#recordedTokens[turn] ??= Math.max(1, this.#tokenizer.count(answer));
    return this.#recordedTokens[turn];
  }
}
