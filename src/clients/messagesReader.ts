import type { TokenSource } from '../events/events.ts';
import { AnswerPieces } from './answerPieces.ts';
import { parseEnvelope } from './apiEnvelope.ts';
import type { AnswerRecord, Failure, ResponseReader } from './client.ts';
import { finishReason } from './finishReason.ts';
import { LineReader } from './lineReader.ts';

/** Where a grammar says what is in a message: what an {@link AnswerRecord} takes, stamped here. */
export interface MessageRecord {
  /** Output of the message; `tokens` where it tells how many, also of an empty text. */
  output(text: string, tokens?: number): void;
  whole(text: string): void;
  counted(outputTokens: number, source: TokenSource, promptTokens?: number): void;
  /** @param word the server's own, which is translated */
  finished(word: string): void;
}

/** What the messages of one protocol mean; one instance reads one answer. Errors in the usual forms never reach it. */
export interface MessageGrammar<Message extends object> {
  /** Whether the message that ends every answer has come. */
  readonly isOver: boolean;
  /** What that message is, for a person: `a message with "stop": true`. */
  readonly ending: string;
  /** A message of a stream. */
  read(message: Message, record: MessageRecord): Failure | undefined;
  /** A whole answer. */
  readWhole(body: Message, record: MessageRecord): Failure | undefined;
}

/** `events`: server-sent events, or one JSON body, as the answer itself shows. `lines`: one JSON object a line. */
export type Framing = 'events' | 'lines';

/** Reads the JSON messages of an answer by the grammar of its protocol. */
export class MessagesReader<Message extends object> implements ResponseReader<Uint8Array>, MessageRecord {
  readonly #answer: AnswerRecord;
  readonly #grammar: MessageGrammar<Message>;
  readonly #pieces = new AnswerPieces((data) => this.#readMessage(data));
  readonly #lines: LineReader | undefined;
  #atMs = 0;
  #messages = 0;
  #outputs = 0;
  #wholeBody: string | undefined;
  #tokens = 0;
  #isDone = false;
  #failure: Failure | undefined;

  constructor(answer: AnswerRecord, grammar: MessageGrammar<Message>, framing: Framing = 'events') {
    this.#answer = answer;
    this.#grammar = grammar;
    if (framing === 'lines') this.#lines = new LineReader((line) => this.#readMessage(line));
  }

  read(piece: Uint8Array, atMs: number): Failure | undefined {
    this.#atMs = atMs;
    if (this.#lines === undefined) return this.#pieces.push(piece) ?? this.#failure;
    this.#lines.push(piece);
    return this.#failure;
  }

  end(): Failure | undefined {
    const rest = this.#lines === undefined ? this.#pieces.end() : this.#lines.end();
    if (rest !== undefined && this.#lines === undefined) this.#readBody(rest);
    else if (rest !== undefined) this.#readMessage(rest);
    if (this.#failure !== undefined) return this.#failure;
    if (this.#messages === 0) return { kind: 'stream', reason: 'emptyBody', message: 'the answer is empty' };
    if (this.#wholeBody !== undefined) return undefined;
    if (!this.#grammar.isOver && !this.#isDone) {
      return { kind: 'stream', reason: 'truncated', message: `the stream ended without ${this.#grammar.ending}` };
    }
    // Tokens that no message showed came with the last one at the latest.
    if (this.#outputs === 0 && this.#tokens > 0) this.output('', this.#tokens);
    return undefined;
  }

  output(text: string, tokens?: number): void {
    this.#outputs++;
    this.#answer.output(this.#atMs, text, tokens);
  }

  whole(text: string): void {
    this.#answer.wholeText(text, this.#wholeBody ?? '');
  }

  counted(outputTokens: number, source: TokenSource, promptTokens?: number): void {
    this.#tokens = outputTokens;
    this.#answer.counted(outputTokens, source, promptTokens);
  }

  finished(word: string): void {
    this.#answer.finished(finishReason(word));
  }

  #readMessage(data: string): void {
    if (this.#failure !== undefined || data.trim() === '') return;
    if (data === '[DONE]') {
      this.#isDone = true;
      return;
    }
    const message = this.#parse(data);
    if (message === undefined) return;
    this.#answer.event(this.#atMs);
    this.#failure = this.#grammar.read(message, this);
  }

  #readBody(text: string): void {
    this.#wholeBody = text;
    const body = this.#parse(text);
    if (body !== undefined) this.#failure = this.#grammar.readWhole(body, this);
  }

  #parse(text: string): Message | undefined {
    const message = parseEnvelope<Message>(text);
    this.#messages++;
    if (!('failure' in message)) return message;
    this.#failure = message.failure;
    return undefined;
  }
}
