import { AnswerPieces } from './answerPieces.ts';
import { parseEnvelope } from './apiEnvelope.ts';
import type { AnswerRecord, Failure, ResponseReader } from './client.ts';

interface OutputItem {
  readonly type?: string;
  readonly content?: readonly { readonly text?: string | null; readonly refusal?: string | null }[] | null;
  /** Of a call of a function. */
  readonly arguments?: string;
}

/** A response as the terminal event has it, or as the whole body. */
interface ResponseBody {
  readonly status?: string;
  readonly output?: readonly OutputItem[];
  readonly usage?: { readonly input_tokens?: number; readonly output_tokens?: number } | null;
  readonly incomplete_details?: { readonly reason?: string } | null;
  readonly error?: { readonly message?: string; readonly code?: string } | null;
}

interface StreamEvent {
  readonly type?: string;
  readonly sequence_number?: number;
  readonly delta?: unknown;
  readonly response?: ResponseBody;
  readonly message?: string;
  readonly code?: string | null;
}

/**
 * Reads an answer of `/v1/responses`. Its stream is a sequence of typed events that ends with `response.completed`,
 * `.incomplete` or `.failed`, not with `[DONE]`; usage is in the last one. Where events are numbered, a gap means that
 * output was lost on the way.
 */
export class ResponsesReader implements ResponseReader<Uint8Array> {
  readonly #answer: AnswerRecord;
  readonly #pieces = new AnswerPieces((data) => this.#readEvent(data));
  #atMs = 0;
  #failure: Failure | undefined;
  #ended = false;
  #outputs = 0;
  #lastNumber: number | undefined;

  constructor(answer: AnswerRecord) {
    this.#answer = answer;
  }

  read(piece: Uint8Array, atMs: number): Failure | undefined {
    this.#atMs = atMs;
    const failure = this.#pieces.push(piece);
    return this.#failure ?? failure;
  }

  end(): Failure | undefined {
    const body = this.#pieces.end();
    if (body !== undefined) return this.#readBody(body);
    if (this.#failure !== undefined || this.#ended) return this.#failure;
    return this.#pieces.cutShort('the stream ended without response.completed');
  }

  #readEvent(data: string): void {
    if (this.#failure !== undefined || this.#ended) return; // some servers add [DONE]
    const event = parseEnvelope<StreamEvent>(data);
    if ('failure' in event) this.#failure = event.failure;
    else this.#failure = this.#gapBefore(event) ?? this.#take(event);
  }

  #gapBefore({ sequence_number: number }: StreamEvent): Failure | undefined {
    if (number === undefined) return undefined;
    const last = this.#lastNumber;
    this.#lastNumber = number;
    if (last === undefined || number <= last + 1) return undefined;
    return {
      kind: 'stream',
      reason: 'gap',
      message: `event ${number} follows event ${last}: what is between was lost`,
    };
  }

  #take(event: StreamEvent): Failure | undefined {
    const { type = '', delta, response } = event;
    if (type === 'error') return { kind: 'stream', reason: 'errorEvent', message: event.message ?? event.code ?? '' };
    this.#answer.event(this.#atMs);
    // Text, reasoning, a refusal, the arguments of a call: each has its own type, and all of them are output.
    if (type.endsWith('.delta') && typeof delta === 'string') {
      this.#outputs++;
      this.#answer.output(this.#atMs, delta);
    }
    if (!terminalTypes.has(type)) return undefined;
    this.#ended = true;
    return response === undefined ? undefined : this.#finish(response);
  }

  #finish(response: ResponseBody): Failure | undefined {
    const failure = failureOf(response);
    if (failure !== undefined) return failure;
    const tokens = response.usage?.output_tokens;
    if (tokens !== undefined) {
      // Tokens that were never shown, such as those of hidden reasoning, came at the end at the latest.
      if (this.#outputs === 0 && tokens > 0) this.#answer.output(this.#atMs, '', tokens);
    }
    this.#count(response);
    return undefined;
  }

  #count({ usage, status, incomplete_details }: ResponseBody): void {
    if (usage?.output_tokens !== undefined) this.#answer.counted(usage.output_tokens, 'usage', usage.input_tokens);
    if (status === 'incomplete') this.#answer.finished(incomplete_details?.reason ?? status);
    else if (status !== undefined) this.#answer.finished(status);
  }

  #readBody(text: string): Failure | undefined {
    const body = parseEnvelope<ResponseBody>(text);
    if ('failure' in body) return body.failure;
    const failure = failureOf(body);
    if (failure !== undefined) return failure;
    if (body.output === undefined) return { kind: 'protocol', reason: 'noOutput', message: 'the answer has no output' };
    this.#answer.wholeText(body.output.map(textOf).join(''), text);
    this.#count(body);
    return undefined;
  }
}

const terminalTypes = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled']);

function failureOf({ status, error }: ResponseBody): Failure | undefined {
  if (status !== 'failed' && status !== 'cancelled') return undefined;
  return { kind: 'stream', reason: 'errorEvent', message: error?.message ?? error?.code ?? `the response ${status}` };
}

function textOf({ content, arguments: ofCall }: OutputItem): string {
  return (content ?? []).map(({ text, refusal }) => text ?? refusal ?? '').join('') + (ofCall ?? '');
}
