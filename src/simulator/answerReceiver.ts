import type { ServerResponse } from 'node:http';
import { type AnswerFormat, answerFormat, wholeAnswer } from './answerFormat.ts';
import type { CompletionRequest } from './completionRequest.ts';
import type { TokenReceiver } from './engineLoop.ts';

/** Token `n` of the answer, from 1, with the blank before it. */
export type WordOf = (n: number) => string;

/** Streams an answer: what is due at one time goes out in one write. */
export class StreamReceiver implements TokenReceiver {
  readonly #response: ServerResponse;
  readonly #format: AnswerFormat;
  readonly #wordOf: WordOf;
  #unwritten: string;
  #complete = false;

  constructor(response: ServerResponse, request: CompletionRequest, id: string, created: number, wordOf: WordOf) {
    this.#response = response;
    this.#format = answerFormat(request, id, created);
    this.#wordOf = wordOf;
    this.#unwritten = this.#format.opening;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.flushHeaders(); // a server answers its head at once and its first token when there is one
  }

  token(token: number, last: boolean): void {
    const { beforeWord, afterWord, afterLastWord, closing } = this.#format;
    this.#unwritten += beforeWord + this.#wordOf(token) + (last ? afterLastWord + closing : afterWord);
    this.#complete = last;
  }

  flush(): void {
    if (this.#complete) this.#response.end(this.#unwritten);
    else this.#response.write(this.#unwritten);
    this.#unwritten = '';
  }
}

/** Gives the answer whole, once its last token is there. */
export class WholeReceiver implements TokenReceiver {
  readonly #response: ServerResponse;
  readonly #bodyOf: (text: string) => string;
  readonly #wordOf: WordOf;
  #text = '';
  #complete = false;

  constructor(response: ServerResponse, request: CompletionRequest, id: string, created: number, wordOf: WordOf) {
    this.#response = response;
    this.#bodyOf = (text) => wholeAnswer(request, id, created, text);
    this.#wordOf = wordOf;
  }

  token(token: number, last: boolean): void {
    this.#text += this.#wordOf(token);
    this.#complete = last;
  }

  flush(): void {
    if (!this.#complete) return;
    const body = this.#bodyOf(this.#text);
    this.#response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    this.#response.end(body);
  }
}
