import { messageOf } from '../core/errors.ts';
import type { AnswerRecord, Failure, ResponseReader } from './client.ts';
import { finishReason } from './finishReason.ts';
import { withoutEcho } from './withoutEcho.ts';

interface ScoringBody {
  readonly output?: unknown;
  readonly error?: unknown;
  readonly finish_reason?: unknown;
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null;
}

/**
 * Reads an answer of AzureML's `/score`: JSON in one of the forms that its images have had, `[{"0": text}]`, `[text]`,
 * `text`, `{"0": text}`, `{"output": text}`, `{"output": [text]}`. Status 200 stands before errors too.
 */
export class ScoringReader implements ResponseReader<Uint8Array> {
  readonly #prompt: string;
  readonly #answer: AnswerRecord;
  readonly #pieces: Uint8Array[] = [];

  constructor(prompt: string, answer: AnswerRecord) {
    this.#prompt = prompt;
    this.#answer = answer;
  }

  read(piece: Uint8Array): undefined {
    this.#pieces.push(piece);
  }

  end(): Failure | undefined {
    const raw = Buffer.concat(this.#pieces).toString('utf8');
    if (raw.trim() === '') return { kind: 'stream', reason: 'emptyBody', message: 'the answer is empty' };
    let body: unknown;
    try {
      body = JSON.parse(raw);
    } catch (thrown) {
      return { kind: 'protocol', reason: 'notJson', message: messageOf(thrown) };
    }
    return this.#readBody(body, raw);
  }

  #readBody(body: unknown, raw: string): Failure | undefined {
    const { error, finish_reason, usage } = fieldsOf(body);
    if (error != null) return { kind: 'stream', reason: 'errorEvent', message: wordsOf(error) };
    const text = textOf(body);
    if (text === undefined) {
      const isEmpty = typeof body === 'object' && body !== null && Object.keys(body).length === 0;
      if (isEmpty)
        return { kind: 'stream', reason: 'errorEvent', message: 'the endpoint answered {}: its code failed' };
      return { kind: 'protocol', reason: 'noText', message: 'the answer has no text' };
    }
    this.#answer.wholeText(withoutEcho(text, this.#prompt), raw);
    if (usage?.completion_tokens !== undefined) {
      this.#answer.counted(usage.completion_tokens, 'usage', usage.prompt_tokens);
    }
    if (typeof finish_reason === 'string') this.#answer.finished(finishReason(finish_reason));
    return undefined;
  }
}

function fieldsOf(body: unknown): ScoringBody {
  return typeof body === 'object' && body !== null ? body : {};
}

function textOf(body: unknown): string | undefined {
  if (typeof body === 'string') return body;
  if (typeof body !== 'object' || body === null) return undefined;
  if ('0' in body) return textOf(body[0]); // of an array too
  return 'output' in body ? textOf(body.output) : undefined;
}

function wordsOf(error: unknown): string {
  return typeof error === 'string' ? error : JSON.stringify(error).slice(0, 300);
}
