import { type AnswerFormat, answerFormat, wholeAnswer } from './answerFormat.ts';
import type { AnswerWriter } from './answerWriter.ts';
import type { CompletionRequest } from './completionRequest.ts';
import type { TokenReceiver } from './engineLoop.ts';

/** Token `n` of the answer, from 1, with the blank before it. */
export type WordOf = (n: number) => string;

/** Streams an answer: what is due at one time goes out in one write. */
export class StreamReceiver implements TokenReceiver {
  readonly #writer: AnswerWriter;
  readonly #format: AnswerFormat;
  readonly #wordOf: WordOf;
  #unwritten: string;
  #complete = false;

  constructor(writer: AnswerWriter, request: CompletionRequest, id: string, created: number, wordOf: WordOf) {
    this.#writer = writer;
    this.#format = answerFormat(request, id, created);
    this.#wordOf = wordOf;
    this.#unwritten = this.#format.opening;
    writer.begin();
  }

  token(token: number, last: boolean): void {
    const { beforeWord, afterWord, afterLastWord, closing } = this.#format;
    this.#unwritten += beforeWord + this.#wordOf(token) + (last ? afterLastWord + closing : afterWord);
    this.#complete = last;
  }

  flush(): void {
    if (this.#complete) this.#writer.end(this.#unwritten);
    else this.#writer.write(this.#unwritten);
    this.#unwritten = '';
  }
}

/** Gives the answer whole, once its last token is there. */
export class WholeReceiver implements TokenReceiver {
  readonly #writer: AnswerWriter;
  readonly #bodyOf: (text: string) => string;
  readonly #wordOf: WordOf;
  #text = '';
  #complete = false;

  constructor(writer: AnswerWriter, request: CompletionRequest, id: string, created: number, wordOf: WordOf) {
    this.#writer = writer;
    this.#bodyOf = (text) => wholeAnswer(request, id, created, text);
    this.#wordOf = wordOf;
  }

  token(token: number, last: boolean): void {
    this.#text += this.#wordOf(token);
    this.#complete = last;
  }

  flush(): void {
    if (this.#complete) this.#writer.whole(this.#bodyOf(this.#text));
  }
}
