import { AnswerPieces } from './answerPieces.ts';
import { parseEnvelope } from './apiEnvelope.ts';
import type { AnswerRecord, Failure, ResponseReader } from './client.ts';

interface Usage {
  readonly prompt_tokens?: number;
  readonly completion_tokens?: number;
}

interface Delta {
  readonly role?: string | null;
  readonly content?: string | null;
  readonly reasoning_content?: string | null;
  readonly reasoning?: string | null;
  readonly tool_calls?: readonly unknown[] | null;
}

interface Choice {
  readonly text?: string | null;
  readonly delta?: Delta;
  readonly message?: Delta;
  readonly finish_reason?: string | null;
  readonly token_ids?: readonly number[] | null;
}

interface Envelope {
  readonly choices?: readonly Choice[];
  readonly usage?: Usage | null;
}

/**
 * Reads an answer of `/v1/completions` or `/v1/chat/completions`: a stream of events, or one JSON body.
 */
export class OpenaiReader implements ResponseReader<Uint8Array> {
  readonly #answer: AnswerRecord;
  readonly #pieces = new AnswerPieces((data) => this.#readEvent(data));
  #atMs = 0;
  #failure: Failure | undefined;
  #ended = false;
  #outputs = 0;
  #usageTokens: number | undefined;
  /** The first choice that was no role: stands for the first token where all texts are empty. */
  #firstChoiceAtMs: number | undefined;

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
    if (this.#failure !== undefined) return this.#failure;
    if (!this.#ended) return this.#pieces.cutShort('the stream ended without [DONE] and without a finish reason');
    if (this.#outputs === 0 && this.#usageTokens !== undefined && this.#usageTokens > 0) {
      this.#answer.output(this.#firstChoiceAtMs ?? this.#atMs, '', this.#usageTokens);
    }
    return undefined;
  }

  #readEvent(data: string): void {
    if (this.#failure !== undefined) return;
    if (data === '[DONE]') {
      this.#ended = true;
      return;
    }
    const envelope = parseEnvelope<Envelope>(data);
    if ('failure' in envelope) {
      this.#failure = envelope.failure;
      return;
    }
    this.#answer.event(this.#atMs);
    const before = this.#usageTokens ?? 0;
    this.#readUsage(envelope.usage);
    for (const choice of envelope.choices ?? []) this.#readChoice(choice, (this.#usageTokens ?? 0) - before);
  }

  #readChoice(choice: Choice, newUsageTokens: number): void {
    const { finish_reason: finish, delta } = choice;
    const text = textOf(choice.text, delta);
    const hasRole = delta?.role != null;
    if (!hasRole || text !== '') this.#firstChoiceAtMs ??= this.#atMs;
    // An empty text without role and finish reason is a token whose characters are held back.
    if (text !== '' || hasToolCall(delta) || (!hasRole && finish == null && isContent(choice))) {
      this.#outputs++;
      const tokens = choice.token_ids?.length ?? (newUsageTokens > 0 && finish == null ? newUsageTokens : undefined);
      this.#answer.output(this.#atMs, text, tokens);
    }
    if (finish != null && finish !== '') {
      this.#ended = true;
      this.#answer.finished(finish);
    }
  }

  #readUsage(usage: Usage | null | undefined): void {
    if (typeof usage?.completion_tokens !== 'number') return; // some servers say null, or a text
    this.#usageTokens = usage.completion_tokens;
    this.#answer.counted(usage.completion_tokens, 'usage', usage.prompt_tokens);
  }

  #readBody(body: string): Failure | undefined {
    const envelope = parseEnvelope<Envelope>(body);
    if ('failure' in envelope) return envelope.failure;
    const choice = envelope.choices?.[0];
    if (choice === undefined) return { kind: 'protocol', reason: 'noChoices', message: 'the answer has no choices' };
    this.#answer.wholeText(textOf(choice.text, choice.message), body);
    this.#readUsage(envelope.usage);
    if (envelope.usage == null && choice.token_ids != null) this.#answer.counted(choice.token_ids.length, 'tokenIds');
    if (choice.finish_reason != null) this.#answer.finished(choice.finish_reason);
    return undefined;
  }
}

function textOf(text: string | null | undefined, delta: Delta | undefined): string {
  if (text != null) return text;
  const reasoning = delta?.reasoning_content ?? delta?.reasoning ?? '';
  return reasoning + (delta?.content ?? '');
}

function hasToolCall(delta: Delta | undefined): boolean {
  return (delta?.tool_calls?.length ?? 0) > 0;
}

function isContent(choice: Choice): boolean {
  return choice.text != null || choice.delta?.content != null;
}
